// Counts on what a page knows of components: states, days, figures, the banner, the browser's title and icon.
//
// The rules at the end are those of the site's builder; shared test vectors hold both to them. Instants are seconds since
// 1970, days are counted from 1970-01-01, states go from 0 (operational) to 4 (major outage). A day is its seconds in
// [degraded, partial, major, maintenance], or null without data.
import { copyOf, count, element, learn, main, months, say, tell } from "./times.js";
import { built, each, known, wear } from "./live.js";
import words from "./states-words.js";

learn(words);

const DAY = 86_400;

let changes;

function draw(now) {
  const isFirst = !changes;
  changes = [];
  const states = known.parts.map((part) => stateOf(part, now));
  const days = known.parts.map((part) => daysOf(part, pastOf(part), now));
  const countedOf = (places) => places.filter((place) => !known.parts[place].silent).map((place) => days[place]);
  known.parts.forEach((part, place) => drawPart(part, states[place], countedOf([place]), now));
  known.groups.forEach((group) => drawPart(group, Math.max(...group.of.map((place) => states[place] ?? -1)), countedOf(group.of), now));
  drawBanner(states);
  if (changes[0] && !isFirst) tell(changes.join(". "));
}

/** A component's days as built: from its bars, or from the data where it has none. */
const pastOf = ({ id, past }) => readDays(past ?? built.main.querySelector(`[data-bars="${id}"]`)?.dataset.days ?? `0-${known.count - 1}:-`);

function drawPart({ id, name }, state, counted, now) {
  for (const it of main.querySelectorAll(`[data-part="${id}"]`)) {
    it.hidden = !(state >= 0);
    const shown = it.querySelector(".state");
    if (it.hidden || !shown?.lastChild?.data || shown.matches(`.${words.icon[state]}`)) continue;
    shown.className = `state ${words.icon[state]}`;
    shown.lastChild.data = shown.lastChild.data.replace(/\S.*/, words.state[state]);
    paint(it, state);
    if (state && it.parentElement.open === false) it.parentElement.open = true;
    if (it.matches(".now")) colour(state, state);
    changes.push(say("changed", { name, state: words.state[state] }));
  }
  const bars = main.querySelector(`[data-bars="${id}"]`);
  if (bars && counted[0]) drawBars(bars, name, counted, meanOf(counted), now);
}

function paint(it, state) {
  const icon = it.querySelector(".i");
  if (!icon) return;
  icon.classList.replace(icon.classList[1], words.icon[state]);
  icon.firstElementChild?.setAttribute("href", `#_${words.icon[state]}`);
}

/** The page carries the colour of a state; that of all being well only where the whole service is shown. */
function colour(state, overall, isWhole) {
  wear(words.favicon[overall], state || isWhole ? ` tone ${words.icon[state]}` : "");
}

function drawBars(bars, name, counted, days, now) {
  const dateOf = (place) => new Date((dayOf(now) - known.count + 1 + place) * DAY * 1000);
  const drawn = { days: writeDays(days), first: dateOf(0).toISOString().slice(0, 10) };
  if (bars.dataset.days + bars.dataset.first === drawn.days + drawn.first) return;
  Object.assign(bars.dataset, drawn);
  bars.innerHTML = pathsOf(days);
  const percent = percentOf(counted);
  const said = { name, percent, days: count("bars-days", days.filter(Boolean).length) };
  const troubled = [...days.keys()].filter((place) => days[place]?.slice(0, 3).some(Boolean));
  if (troubled[0] >= 0) {
    const date = dateOf(troubled.at(-1));
    const last = say("day", { day: date.getUTCDate(), month: months[date.getUTCMonth()], year: date.getUTCFullYear() });
    said.which = count("bars-which", troubled.length, { last });
  }
  bars.ariaLabel = say(percent ? said.which ? "bars-trouble" : "bars-fine" : "bars-no-data", said);
  for (const it of main.querySelectorAll(`[data-figure="${bars.dataset.bars}"]`)) it.textContent = say(percent ? "percent" : "no-data", said);
}

function drawBanner(states) {
  const banner = main.querySelector("[data-overall]");
  if (!banner || banner.dataset.overall === `${states}`) return;
  banner.dataset.overall = states;
  const overall = overallOf(states);
  const worst = Math.min(overall, 4);
  const state = words.overall[overall];
  const title = banner.querySelector("h1");
  if (!title) return;
  if (title.textContent !== state) changes.unshift(state);
  document.title = document.title.replace(title.textContent, state);
  title.textContent = state;
  paint(banner, worst);
  colour(worst, overall, true);
  banner.querySelector("ul.hit")?.remove();
  if (main.querySelector("template.hit")) title.after(troubledOf(states));
}

/** The components that are not operational, the worst first, as many as the builder names. */
function troubledOf(states) {
  const places = [...states.keys()].filter((place) => states[place]).sort((a, b) => states[b] - states[a]);
  const list = element("ul", { className: "hit", hidden: !places.length });
  for (const place of places.slice(0, 6)) {
    const { name, path } = known.parts[place];
    const item = copyOf(main.querySelector("template.hit"));
    const link = Object.assign(item.querySelector("a"), { href: main.dataset.root + path, textContent: name });
    link.after(` ${words.state[states[place]]}`);
    paint(item, states[place]);
    list.append(item);
  }
  if (places[6]) list.append(element("li", { textContent: count("more", places.length - 6) }));
  return list;
}

// The rules.

const WORST_FIRST = [2, 1, 0, 3];

const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

/** The site's day at `at`. */
export const dayOf = (at) => Math.floor((at + known.zone.findLast(([from]) => from <= at)[1]) / DAY);

/** The first instant at which the site's calendar shows `day` or a later one. */
const startOf = (day) => Math.min(...known.zone.flatMap(([from, offset], place) => {
  const start = Math.max(from, day * DAY - offset);
  return start >= known.zone[place + 1]?.[0] ? [] : start;
}));

const livesOn = ({ since, retired }, day) => !(day < since || day >= retired);

/** A component's state, none when it does not exist then. */
export const stateOf = (part, at) => (
  livesOn(part, dayOf(at)) ? part.windows?.find(([from, to]) => from <= at && (!to || at < to))?.[2] ?? 0 : undefined
);

/** The whole service's state: that of its worst component; 5 when most of those that exist are at 4. */
export function overallOf(states) {
  const living = states.filter((state) => state >= 0);
  return Math.max(0, ...living) + (living.filter((state) => state > 3).length * 2 > living.length);
}

/** The days of a bar that are written as `PLACE:SECONDS` and `FROM-TO:-`; those left out are fine. */
export function readDays(text) {
  const days = Array(known.count).fill([0, 0, 0, 0]);
  for (const [, first, last = first, seconds] of text.matchAll(/(\d+)(?:-(\d+))?:(\S+)/g)) {
    days.fill(seconds === "-" ? null : seconds.split(",").map(Number), first, +last + 1);
  }
  return days;
}

/** Days as text, each of those without data for itself. */
export const writeDays = (days) => days.map((day, place) => `${place}:${day ?? "-"}`).filter((entry) => !entry.endsWith(":0,0,0,0")).join(" ");

/** A component's days up to that of `at`, whose seconds so far are counted. `past` are those of the page as built. */
export function daysOf(part, past, at) {
  const days = past.slice(0, -1);
  for (let day = known.today; day <= dayOf(at); day++) days.push(livesOn(part, day) ? secondsOn(part, day, at) : null);
  return days.slice(-known.count);
}

function secondsOn({ windows = [], recorded }, day, at) {
  const [start, end] = [day, day + 1].map(startOf);
  const seconds = [0, 0, 0, 0];
  for (const [from, to, state] of windows) {
    seconds[[, 3, 0, 1, 2][state]] += Math.max(0, Math.min(to || at, end, at) - Math.max(from, start));
  }
  if (day === known.today && recorded) {
    for (const slot of WORST_FIRST) seconds[slot] += Math.min(recorded[slot], end - start - sum(seconds));
  }
  return seconds;
}

/** A group's days: the means of its members', rounded down. */
export const meanOf = (members) => members[0].map((_, place) => {
  const living = members.map((days) => days[place]).filter(Boolean);
  return living[0] ? WORST_FIRST.map((_, slot) => Math.floor(sum(living.map((day) => day[slot])) / living.length)) : null;
});

const weightOf = (day) => sum(day.map((seconds, slot) => seconds * known.weights[slot]));

/** The exact mean of components' figures as `99.98`, rounded down; none without a day of data. */
export function percentOf(components) {
  const figures = components.map((days) => days.filter(Boolean)).filter((days) => days[0]);
  const scale = figures.reduce((all, { length }) => all * BigInt(length), 1n);
  const hundredth = 864n * scale * BigInt(figures.length);
  const lost = figures.reduce((all, days) => (
    all + BigInt(Math.min(sum(days.map(weightOf)), days.length * DAY * 100)) * scale / BigInt(days.length)
  ), hundredth - 1n);
  return figures[0] && String(10_000n - lost / hundredth).padStart(3, "0").replace(/..$/, ".$&");
}

/** The lines of a bar, one path a level: from 0 (no downtime) to 9 (an hour and more), and one for days without data. */
export function pathsOf(days) {
  const levels = days.map((day) => (day ? known.starts.filter((start) => start <= weightOf(day)).length : 10));
  return known.rises.map((rise, level) => {
    let last;
    let d = "";
    levels.forEach((it, place) => {
      if (it !== level) return;
      d += `${d ? `m${(place - last) * 10} ${rise}` : `M${place * 10 + 5} 96`}v-${rise}`;
      last = place;
    });
    return d && `<path class="b${level > 9 ? "n" : level}" d="${d}"/>`;
  }).join("");
}

each((now) => known.parts && draw(now));
