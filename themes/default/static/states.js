// Counts on what a page knows of components: states, days, figures, the banner, the browser's title and icon.
//
// The rules at the end are those of the site's builder; shared test vectors hold both to them. Instants are seconds since
// 1970, days are counted from 1970-01-01, states go from 0 (operational) to 4 (major outage). A day is its seconds in
// [degraded, partial, major, maintenance], or null without data.
import { built, copyOf, count, each, element, known, learn, main, months, roughly, say, tell, wear } from "./live.js";
import words from "./states-words.js";

learn(words);

const DAY = 86_400;

let changes;

/** Whether the page is too old to say what is so now. */
let isOld;

function draw(now, confirmed) {
  const isFirst = !changes;
  changes = [];
  isOld = confirmed < now;
  const states = known.parts.map((part) => stateOf(part, confirmed));
  const days = known.parts.map((part) => daysOf(part, pastOf(part), now, confirmed));
  const countedOf = (places) => places.filter((place) => !known.parts[place].silent).map((place) => days[place]);
  known.parts.forEach((part, place) => drawPart(part, states[place], countedOf([place]), now));
  known.groups.forEach((group) => drawPart(group, Math.max(...group.of.map((place) => states[place] ?? -1)), countedOf(group.of), now));
  drawBanner(states, now - confirmed);
  if (changes[0] && !isFirst && !isOld) tell(changes.join(". "));
}

/** A component's days as built: from its bars, or from the data where it has none. */
const pastOf = ({ id, past }) => readDays(past ?? built.main.querySelector(`[data-bars="${id}"]`)?.dataset.days ?? `0-${known.count - 1}:-`);

function drawPart({ id, name }, state, counted, now) {
  for (const it of main.querySelectorAll(`[data-part="${id}"]`)) {
    it.hidden = !(state >= 0);
    const shown = it.querySelector(".state");
    const icon = iconOf(state);
    if (it.hidden || !shown?.lastChild?.data || (shown.matches(`.${icon}`) && (!isOld || shown.drawn === state))) continue;
    shown.drawn = state;
    shown.className = `state ${icon}`;
    shown.lastChild.data = shown.lastChild.data.replace(/\S.*/, words.state[state]);
    paint(it, icon);
    if (state && it.parentElement.open === false) it.parentElement.open = true;
    if (it.matches(".now")) colour(state, state);
    changes.push(say("changed", { name, state: words.state[state] }));
  }
  const bars = main.querySelector(`[data-bars="${id}"]`);
  if (bars && counted[0]) drawBars(bars, name, counted, meanOf(counted), now);
}

export const dateOf = (day) => new Date(day * DAY * 1000).toISOString().slice(0, 10);

const iconOf = (state) => (isOld ? "unknown" : words.icon[state]);

function paint(it, icon) {
  const shown = it.querySelector(".i");
  if (!shown) return;
  shown.classList.replace(shown.classList[1], icon);
  shown.firstElementChild?.setAttribute("href", `#_${icon}`);
}

/** The page carries the colour of a state; that of all being well only where the whole service is shown. */
function colour(state, overall, isWhole) {
  if (isOld) return;
  wear(words.favicon[overall], state || isWhole ? ` tone ${words.icon[state]}` : "");
}

function drawBars(bars, name, counted, days, now) {
  const first = dayOf(now) - known.count + 1;
  const drawn = { days: writeDays(days), first: dateOf(first) };
  if (bars.dataset.days + bars.dataset.first === drawn.days + drawn.first) return;
  Object.assign(bars.dataset, drawn);
  bars.innerHTML = pathsOf(days);
  const percent = percentOf(counted);
  const said = { name, percent, days: count("bars-days", days.filter(Boolean).length) };
  const troubled = [...days.keys()].filter((place) => days[place]?.slice(0, 3).some(Boolean));
  if (troubled[0] >= 0) {
    const date = new Date(dateOf(first + troubled.at(-1)));
    const last = say("day", { day: date.getUTCDate(), month: months[date.getUTCMonth()], year: date.getUTCFullYear() });
    said.which = count("bars-which", troubled.length, { last });
  }
  bars.ariaLabel = say(percent ? said.which ? "bars-trouble" : "bars-fine" : "bars-no-data", said);
  for (const it of main.querySelectorAll(`[data-figure="${bars.dataset.bars}"]`)) it.textContent = say(percent ? "percent" : "no-data", said);
}

function drawBanner(states, age) {
  const banner = main.querySelector("[data-overall]");
  const overall = overallOf(states);
  const worst = Math.min(overall, 4);
  const state = isOld ? say("unknown", { length: roughly(age) }) : words.overall[overall];
  const title = banner?.querySelector("h1");
  if (banner?.dataset.overall === `${states}` && (!title || title.textContent === state)) return;
  if (!title) return;
  banner.dataset.overall = states;
  if (title.textContent !== state) changes.unshift(state);
  document.title = document.title.replace(title.textContent, state);
  title.textContent = state;
  paint(banner, iconOf(worst));
  colour(worst, overall, true);
  banner.querySelectorAll("ul.hit, .was").forEach((it) => it.remove());
  if (main.querySelector("template.hit")) title.after(troubledOf(states));
  if (isOld) title.after(element("p", { className: "was", textContent: `${say("last-known")} ${words.overall[overall]}` }));
}

/** The components that are not operational, the worst first, as many as the builder names. */
function troubledOf(states) {
  const places = [...states.keys()].filter((place) => states[place]).sort((a, b) => states[b] - states[a]);
  const list = element("ul", { className: "hit", hidden: !places.length });
  for (const place of places.slice(0, 3)) {
    const { name, path } = known.parts[place];
    const item = copyOf(main.querySelector("template.hit"));
    const link = Object.assign(item.querySelector("a"), { href: main.dataset.root + path, textContent: name });
    link.after(` ${words.state[states[place]]}`);
    paint(item, iconOf(states[place]));
    list.append(item);
  }
  if (places[3]) list.append(element("li", { textContent: count("more", places.length - 3) }));
  return list;
}

// The rules.

const WORST_FIRST = [2, 1, 0, 3];

const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

/** The site's day at `at`. */
export const dayOf = (at) => Math.floor((at + known.zone.findLast(([from]) => from <= at)[1]) / DAY);

/** The first instant at which the site's calendar shows `day` or a later one. */
export const startOf = (day) => Math.min(...known.zone.flatMap(([from, offset], place) => {
  const start = Math.max(from, day * DAY - offset);
  return start >= known.zone[place + 1]?.[0] ? [] : start;
}));

/** Whether a day of a component counts. */
const countsOn = (part, day) => livesOn(part, day) && !(day < part.from);

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

/**
 * A component's days up to that of `at`, whose seconds so far are counted. `past` are those of the page as built; days after that
 * of `confirmed` are without data.
 */
export function daysOf(part, past, at, confirmed = at) {
  return [...past.slice(0, -1), ...newDays(part, at, confirmed)].slice(-known.count);
}

/** A component's days from that of the build on. */
export function newDays(part, at, confirmed) {
  const days = [];
  for (let day = known.today; day <= dayOf(at); day++) {
    days.push(countsOn(part, day) && day <= dayOf(confirmed) ? secondsOn(part, day, confirmed) : null);
  }
  return days;
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
export const percentOf = (components) => figureOf(components.map(costOf));

/** What days cost, and how many count. */
export const costOf = (days) => [sum(days.filter(Boolean).map(weightOf)), days.filter(Boolean).length];

export function figureOf(costs) {
  const figures = costs.filter(([, count]) => count);
  const scale = figures.reduce((all, [, count]) => all * BigInt(count), 1n);
  const hundredth = 864n * scale * BigInt(figures.length);
  const lost = figures.reduce((all, [cost, count]) => (
    all + BigInt(Math.min(cost, count * DAY * 100)) * scale / BigInt(count)
  ), hundredth - 1n);
  return figures[0] && String(10_000n - lost / hundredth).padStart(3, "0").replace(/..$/, ".$&");
}

/** Levels in the order of `known.rises`: downtime from none to an hour and more, degraded performance, maintenance, no data. */
const LEVELS = "0123456789dmn";

/** The level of a day. One that cost no uptime has the colour of its worst state. */
export function levelOf(day) {
  if (!day) return "n";
  if (!day.some(Boolean)) return "0";
  return LEVELS[known.starts.filter((start) => start <= weightOf(day)).length || (day[0] ? 10 : day[3] ? 11 : 0)];
}

/** The worst of levels: that of the longest line. */
export const worseOf = (levels) => levels.reduce((worst, it) => (known.rises[LEVELS.indexOf(it)] > known.rises[LEVELS.indexOf(worst)] ? it : worst));

/** The lines of a bar, one path a level. */
export function pathsOf(days) {
  const levels = days.map(levelOf);
  return known.rises.map((rise, place) => {
    const level = LEVELS[place];
    if (!levels.includes(level)) return "";
    let last;
    let d = "";
    levels.forEach((it, place) => {
      if (it !== level) return;
      d += `${d ? `m${(place - last) * 10} ${rise}` : `M${place * 10 + 5} 96`}v-${rise}`;
      last = place;
    });
    return d && `<path class="b${level}" d="${d}"/>`;
  }).join("");
}

each((now, confirmed) => known.parts && draw(now, confirmed));
