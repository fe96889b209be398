// Draws what a page knows ahead: states, days and figures of components and groups, the banner, and the last days.
import { dayOfYear, element, learn, main, say } from "./times.js";
import { built, count, each, tell } from "./live.js";
import { dayOf, daysOf, meanOf, overallOf, pathsOf, percentOf, readDays, stateOf, writeDays } from "./rules.js";
import words from "./future-words.js";

learn(words);

const STATES = ["operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"];
const ICONS = ["ok", "maintenance", "degraded", "partial", "major"];
const OVERALL = { operational: 0, maintenance: 1, degraded: 2, minor: 3, major: 4, critical: 4 };
const FAVICONS = { operational: "none", degraded: "minor" };
const PAST_DAYS = 15;
const MOST_NAMED = 6;

let changes;

function draw(now) {
  const { known } = built;
  begin(now);
  const isFirst = !changes;
  changes = [];
  const states = known.parts.map((part) => stateOf(known, part, now));
  const days = known.parts.map((part) => daysOf(known, part, pastOf(part), now));
  known.parts.forEach((part, place) => {
    drawState(part, states[place]);
    if (!part.silent) drawBars(part, [days[place]], days[place], now);
  });
  for (const group of known.groups) {
    const counted = group.of.filter((place) => !known.parts[place].silent).map((place) => days[place]);
    drawState(group, Math.max(...group.of.map((place) => states[place] ?? 0)));
    if (counted.length) drawBars(group, counted, meanOf(counted), now);
  }
  drawBanner(states);
  drawLastDays(dayOf(known, now));
  if (changes.length && !isFirst) tell(changes.join(". "));
}

/** Puts what begins by itself where its template stands. */
function begin(now) {
  for (const it of main.querySelectorAll("template[data-from]")) {
    const has = "begun" in (it.nextElementSibling?.dataset ?? {});
    if (it.dataset.from <= now && !has) it.after(it.content.firstElementChild.cloneNode(true));
  }
}

/** A component's days as built: from its bars, or from the data where it has none. */
function pastOf({ id, past }) {
  const text = past ?? built.main.querySelector(`[data-bars="${id}"]`)?.dataset.days ?? `0-${built.known.count - 1}:-`;
  return readDays(text, built.known.count);
}

function drawState({ id, name }, state) {
  for (const it of main.querySelectorAll(`[data-part="${id}"]`)) {
    it.hidden = state === undefined;
    const shown = it.querySelector(".state");
    if (it.hidden || shown.matches(`.${ICONS[state]}`)) continue;
    const text = say(`state-${STATES[state]}`);
    shown.className = `state ${ICONS[state]}`;
    shown.lastChild.data = shown.lastChild.data.replace(/\S.*/, text);
    paint(it.querySelector(".i"), state);
    if (state && it.parentElement.matches("details")) it.parentElement.open = true;
    if (it.matches(".now")) colour(state);
    changes.push(say("changed", { name, state: text }));
  }
}

function paint(icon, state, more = "") {
  icon.setAttribute("class", `i ${ICONS[state]}${more}`);
  icon.firstElementChild.setAttribute("href", `#_${ICONS[state]}`);
}

/** The page carries the colour of a state; that of all being well only on the front page. */
function colour(state) {
  const [kind] = document.body.classList;
  document.body.className = state || kind === "p-front" ? `${kind} tone ${ICONS[state]}` : kind;
}

function drawBars({ id, name }, counted, days, now) {
  const bars = main.querySelector(`[data-bars="${id}"]`);
  const first = dayOf(built.known, now) - days.length + 1;
  const drawn = { days: writeDays(days), first: dateOf(first).toISOString().slice(0, 10) };
  if (!bars || (bars.dataset.days === drawn.days && bars.dataset.first === drawn.first)) return;
  Object.assign(bars.dataset, drawn);
  bars.innerHTML = pathsOf(built.known, days).map(({ level, d }) => `<path class="b${level}" d="${d}"/>`).join("");
  const percent = percentOf(built.known, counted);
  bars.setAttribute("aria-label", labelOf(name, days, first, percent));
  for (const it of main.querySelectorAll(`[data-figure="${id}"]`)) it.textContent = percent ? say("percent", { percent }) : say("no-data");
}

function labelOf(name, days, first, percent) {
  if (!percent) return say("bars-no-data", { name });
  const troubled = [...days.keys()].filter((place) => days[place]?.slice(0, 3).some(Boolean));
  const said = { name, percent, days: count("bars-days", days.filter(Boolean).length) };
  if (!troubled.length) return say("bars-fine", said);
  const date = dateOf(first + troubled.at(-1));
  const last = say("day", { day: date.getUTCDate(), month: say(`month-${date.getUTCMonth() + 1}`), year: date.getUTCFullYear() });
  return say("bars-trouble", { ...said, which: count("bars-which", troubled.length, { last }) });
}

const dateOf = (day) => new Date(day * 86_400_000);
const yearDayOf = (date) => dayOfYear(date.getUTCDate(), date.getUTCMonth());

function drawBanner(states) {
  const banner = main.querySelector("[data-overall]");
  const at = (states) => `${overallOf(states.filter((state) => state !== undefined))} ${states}`;
  if (!banner) return;
  banner.dataset.shown ??= at(built.known.parts.map((part) => stateOf(built.known, part, built.known.asOf)));
  if (banner.dataset.shown === at(states)) return;
  banner.dataset.shown = at(states);
  const overall = at(states).split(" ")[0];
  const title = banner.querySelector("h1");
  title.textContent = say(`overall-${overall}`);
  document.title = say("title-front", { state: title.textContent, site: document.querySelector(".brand").textContent });
  document.querySelector("[rel=icon]").href = `${main.dataset.root}assets/favicon/${FAVICONS[overall] ?? overall}.svg`;
  paint(banner.querySelector(".i"), OVERALL[overall], " big");
  colour(OVERALL[overall]);
  banner.querySelector("ul.hit")?.remove();
  title.after(troubledOf(states));
  changes.unshift(title.textContent);
}

/** The components that are not operational, the worst first. */
function troubledOf(states) {
  const places = [...states.keys()].filter((place) => states[place]).sort((a, b) => states[b] - states[a]);
  const list = element("ul", { className: "hit", hidden: !places.length });
  for (const place of places.slice(0, MOST_NAMED)) {
    const { name, path } = built.known.parts[place];
    const item = copyOf("hit");
    const link = item.querySelector("a");
    Object.assign(link, { href: main.dataset.root + path, textContent: name });
    link.after(` ${say(`state-${STATES[states[place]]}`)}`);
    paint(item.querySelector(".i"), states[place]);
    list.append(item);
  }
  if (places.length > MOST_NAMED) list.append(element("li", { textContent: count("more", places.length - MOST_NAMED) }));
  return list;
}

/** The last days: those with something to tell are there, the stretches between them are told anew. */
function drawLastDays(today) {
  const list = main.querySelector("[data-last-days]");
  const days = [...(list?.querySelectorAll("[data-day]") ?? [])];
  if (!list || (today === built.known.today && !days.some((it) => "begun" in it.dataset))) return;
  const first = today - PAST_DAYS + 1;
  list.querySelectorAll("[data-quiet]").forEach((it) => it.remove());
  let until = today;
  for (const it of days) {
    const day = Number(it.dataset.day);
    it.hidden = day < first;
    if (it.hidden) continue;
    it.before(quiet(day + 1, until));
    until = day - 1;
  }
  list.append(quiet(first, until));
}

function quiet(first, last) {
  const [from, to] = [first, last].map(dateOf);
  const begin = from.getUTCMonth() === to.getUTCMonth() ? from.getUTCDate() : yearDayOf(from);
  const it = copyOf("quiet");
  it.hidden = last < first;
  it.firstElementChild.textContent = first === last ? yearDayOf(to) : say("days", { first: begin, last: yearDayOf(to) });
  return it;
}

/** A piece of the page that a template holds. */
const copyOf = (name) => main.querySelector(`template.${name}`).content.firstElementChild.cloneNode(true);

each((now) => built.known.parts && draw(now));
