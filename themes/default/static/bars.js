// A day of a bar tells what it held: under the pointer, after a tap, or by the arrow keys from the bar's one tab stop.
import { each, element, learn, length, main, months, say, write } from "./live.js";
import bars from "./bars-words.js";

learn(bars);

/** The states in the order of a day's seconds, with their icons. */
const STATES = [["degraded_performance", "degraded"], ["partial_outage", "partial"], ["major_outage", "major"], ["under_maintenance", "maintenance"]];
const WORST_FIRST = [2, 1, 0, 3];
const DAY_WIDTH = 10;
/** Time runs as one reads. */
const isMirrored = document.documentElement.dir === "rtl";
const rightward = isMirrored ? -1 : 1;
const STEPS = { ArrowLeft: -rightward, ArrowDown: -1, ArrowRight: rightward, ArrowUp: 1, PageUp: -7, PageDown: 7, Home: -Infinity, End: Infinity };
/** How long the pointer may take from a day to what it tells. */
const PATIENCE_MS = 250;

const told = element("div", { className: "told", id: "_told", hidden: true });
const answers = new Map();
let shown, leaving;

const drawing = (bar) => bar.querySelector(".bars");
const countOf = (bar) => drawing(bar).viewBox.baseVal.width / DAY_WIDTH;

/** The first day that the screen has room for. */
const firstOf = (bar) => Math.round(countOf(bar) * Math.max(0, 1 - bar.clientWidth / drawing(bar).getBoundingClientRect().width));

/** A day's seconds by state, all of them 0 for a fine one; null without data. */
function secondsOf(bar, place) {
  for (const entry of (drawing(bar).dataset.days ?? "").split(" ").filter(Boolean)) {
    const [places, seconds] = entry.split(":");
    const [first, last = first] = places.split("-").map(Number);
    if (first <= place && place <= last) return seconds === "-" ? null : seconds.split(",").map(Number);
  }
  return [0, 0, 0, 0];
}

function dateOf(bar, place) {
  const date = new Date(drawing(bar).dataset.first);
  date.setUTCDate(date.getUTCDate() + place);
  return date;
}

const stateWord = (slot) => say(`state-${STATES[slot][0]}`);

/** The day's lines: `[icon, text]`. */
function linesOf(seconds) {
  if (!seconds) return [["", say("no-data")]];
  const lines = WORST_FIRST.filter((slot) => seconds[slot]).map((slot) => [STATES[slot][1], stateWord(slot), length(seconds[slot])]);
  return lines.length ? lines : [["ok", say("day-fine")]];
}

const dayText = (date) => say("day", { day: date.getUTCDate(), month: months[date.getUTCMonth()], year: date.getUTCFullYear() });

/** Shows a day of a bar; in words too, for those who walk it by keys. */
function show(bar, place) {
  clearTimeout(leaving);
  if (shown?.bar === bar && shown.place === place) return;
  shown = { bar, place };
  const [date, seconds] = [dateOf(bar, place), secondsOf(bar, place)];
  const lines = linesOf(seconds);
  const title = element("p", { className: "when", textContent: dayText(date) });
  told.replaceChildren(title, listOf(lines, lineItem));
  if (drawing(bar).dataset.more?.includes("groups/") && seconds?.some(Boolean)) told.append(element("p", { className: "meta", textContent: say("means") }));
  bar.setAttribute("aria-valuenow", place + 1);
  bar.setAttribute("aria-valuetext", `${title.textContent}: ${lines.map(([, ...words]) => words.join(" ")).join(", ")}`);
  mark(bar, place);
  setBeside(bar, place);
  nameReports(bar, date.toISOString().slice(0, 10), shown);
}

const listOf = (things, item) => {
  const list = element("ul");
  list.append(...things.map(item));
  return list;
};

function lineItem([icon, text, more = ""]) {
  const item = element("li");
  if (icon) item.innerHTML = `<svg class="i ${icon}" aria-hidden="true"><use href="#_${icon}"/></svg>`;
  item.append(element("span", { textContent: text }), element("span", { className: "meta", textContent: more }));
  return item;
}

/** The day's ground in the drawing. */
function mark(bar, place) {
  unmark();
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ class: "at", x: place * DAY_WIDTH, width: DAY_WIDTH, height: 100 })) ground.setAttribute(name, value);
  drawing(bar).prepend(ground);
}

const unmark = () => main.querySelectorAll(".bars .at").forEach((it) => it.remove());

/** Puts what is told below its day and inside the window; out of a `<summary>`, whose content is a button. */
function setBeside(bar, place) {
  const details = bar.closest("summary")?.parentElement;
  if (details) details.before(told);
  else bar.after(told);
  told.hidden = false;
  const day = drawing(bar).getBoundingClientRect();
  const around = (told.offsetParent ?? document.body).getBoundingClientRect();
  const along = (day.width * (place + 0.5)) / countOf(bar);
  const middle = isMirrored ? day.right - along : day.left + along;
  const room = document.documentElement.clientWidth - told.offsetWidth - 8;
  told.style.left = `${Math.max(8, Math.min(room, middle - told.offsetWidth / 2)) - around.left}px`;
  told.style.top = `${day.bottom - around.top + 4}px`;
}

/** The day's incidents as links, asked for on first use. */
async function nameReports(bar, date, asked) {
  if (!drawing(bar).dataset.more) return;
  const address = new URL(drawing(bar).dataset.more, location.href);
  if (!answers.has(address.href)) answers.set(address.href, ask(address));
  const day = (await answers.get(address.href))?.days.find((it) => it.date === date);
  if (!day || shown !== asked) return;
  const link = ({ name, url }) => {
    const item = element("li");
    item.append(element("a", { dir: "auto", href: new URL(url, address).href, textContent: name }));
    return item;
  };
  told.append(day.incidents.length ? listOf(day.incidents, link) : element("p", { className: "meta", textContent: say("recorded") }));
  setBeside(bar, asked.place);
}

/** An answer that did not come is asked for anew the next time. */
async function ask(address) {
  try {
    const answer = await fetch(address, { cache: "no-cache" });
    if (answer.ok) return await answer.json();
  } catch {
    // The lengths are told without the names.
  }
  answers.delete(address.href);
  return undefined;
}

function hide() {
  clearTimeout(leaving);
  unmark();
  told.hidden = true;
  shown = undefined;
}

function hideSoon() {
  clearTimeout(leaving);
  leaving = setTimeout(() => {
    const isUsed = told.matches(":hover") || (shown && (shown.bar.matches(":focus-visible") || told.contains(document.activeElement)));
    if (!isUsed) hide();
  }, PATIENCE_MS);
}

function placeAt(bar, x) {
  const { left, right, width } = drawing(bar).getBoundingClientRect();
  const along = isMirrored ? right - x : x - left;
  return Math.max(firstOf(bar), Math.min(countOf(bar) - 1, Math.floor((along / width) * countOf(bar))));
}

function walk(event) {
  const bar = event.currentTarget;
  if (event.key === "Escape") hide();
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  const now = shown?.bar === bar ? shown.place : countOf(bar) - 1;
  show(bar, Math.max(firstOf(bar), Math.min(countOf(bar) - 1, now + step)));
}

/** Makes a bar a slider over its days. One in a `<summary>`, which is itself the tab stop, only follows the pointer. */
function equip(bar) {
  if (bar.dataset.equipped || !drawing(bar)?.dataset.first) return;
  bar.dataset.equipped = "";
  // A finger that moves along the bar, too: one that moves up or down scrolls, and the browser takes it away.
  bar.addEventListener("pointermove", (event) => show(bar, placeAt(bar, event.clientX)));
  bar.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && hideSoon());
  if (bar.closest("summary")) return;
  const properties = { tabindex: 0, role: "slider", "aria-valuemin": 1, "aria-valuemax": countOf(bar), "aria-valuenow": countOf(bar) };
  for (const [name, value] of Object.entries(properties)) bar.setAttribute(name, value);
  bar.setAttribute("aria-label", drawing(bar).getAttribute("aria-label"));
  bar.setAttribute("aria-valuetext", dayText(dateOf(bar, countOf(bar) - 1)));
  bar.addEventListener("focus", () => {
    bar.setAttribute("aria-label", drawing(bar).getAttribute("aria-label"));
    if (bar.matches(":focus-visible") && shown?.bar !== bar) show(bar, countOf(bar) - 1);
  });
  bar.addEventListener("blur", hideSoon);
  bar.addEventListener("keydown", walk);
  bar.addEventListener("click", (event) => show(bar, placeAt(bar, event.clientX)));
}

/** Shows as many days as a button says; on pages of one bar another script draws what its heading and a year need. */
async function range(days) {
  hide();
  main.dataset.range = days;
  if (main.querySelector(".cals")) (await import("./range.js")).show(+days, equip);
  markRange();
}

/** Marks the button of the days that are shown, also of those that the screen has room for. */
function markRange() {
  const bar = [...main.querySelectorAll(".d90")].find((it) => it.clientWidth);
  const shown = main.dataset.range ?? (bar ? countOf(bar) - firstOf(bar) : 0);
  for (const it of main.querySelectorAll(".ranges button")) {
    it.ariaPressed = it.dataset.range === `${shown}`;
    it.onclick = () => range(it.dataset.range);
  }
}

/** Says how long ago the ends of bars are that end today; others keep the names of their days, as without scripts. */
function nameEnds(today) {
  for (const it of main.querySelectorAll("[data-ago]")) {
    it.dataset.day ??= it.textContent;
    const bar = it.closest("section, .group").querySelector(".bw");
    if (!bar) continue;
    const last = dateOf(bar, countOf(bar) - 1) / 86_400_000;
    write(it, last === today ? it.dataset.ago : it.dataset.day);
  }
}

/** Paper is read on other days: it has the names of days. */
function nameDays() {
  for (const it of main.querySelectorAll("[data-day]")) write(it, it.dataset.day);
}

function equipAll() {
  main.querySelectorAll(".bw").forEach(equip);
  if (main.dataset.range) range(main.dataset.range);
  else markRange();
}

told.addEventListener("pointerleave", hideSoon);
told.addEventListener("focusout", hideSoon);
told.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  shown?.bar.focus();
  hide();
});
document.addEventListener("pointerdown", (event) => {
  if (!told.contains(event.target) && !event.target.closest?.(".bw")) hide();
});
document.addEventListener("allclear:newer", () => {
  answers.clear();
  hide();
  equipAll();
});
equipAll();
// A page that knows no component keeps the names of days, and so does one whose script for components did not come.
if (main.querySelector("#_known")) {
  import("./states.js").then(({ dayOf }) => {
    each((now) => nameEnds(dayOf(now)));
    addEventListener("beforeprint", nameDays);
  }, () => undefined);
}
