import { element, learn, length, main, months, say } from "./times.365596ef6d4f214c.js";
import bars from "./bars-words.9e97431a90a22cc7.js";
learn(bars);
const STATES = [["degraded_performance", "degraded"], ["partial_outage", "partial"], ["major_outage", "major"], ["under_maintenance", "maintenance"]];
const WORST_FIRST = [2, 1, 0, 3];
const DAY_WIDTH = 10;
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: -7, PageDown: 7, Home: -Infinity, End: Infinity };
const PATIENCE_MS = 250;
const told = element("div", { className: "told", id: "_told", hidden: true });
const answers = new Map();
let shown, leaving;
const drawing = (bar) => bar.querySelector(".bars");
const countOf = (bar) => drawing(bar).viewBox.baseVal.width / DAY_WIDTH;
const firstOf = (bar) => Math.round(countOf(bar) * Math.max(0, 1 - bar.clientWidth / drawing(bar).getBoundingClientRect().width));
function secondsOf(bar, place) {
for (const entry of drawing(bar).dataset.days.split(" ").filter(Boolean)) {
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
function linesOf(seconds) {
if (!seconds) return [["", say("no-data")]];
const lines = WORST_FIRST.filter((slot) => seconds[slot]).map((slot) => [STATES[slot][1], stateWord(slot), length(seconds[slot])]);
return lines.length ? lines : [["ok", say("day-fine")]];
}
const dayText = (date) => say("day", { day: date.getUTCDate(), month: months[date.getUTCMonth()], year: date.getUTCFullYear() });
function show(bar, place) {
clearTimeout(leaving);
if (shown?.bar === bar && shown.place === place) return;
shown = { bar, place };
const [date, seconds] = [dateOf(bar, place), secondsOf(bar, place)];
const lines = linesOf(seconds);
const title = element("p", { className: "when", textContent: dayText(date) });
told.replaceChildren(title, listOf(lines, lineItem));
if (drawing(bar).dataset.more.includes("groups/") && seconds?.some(Boolean)) told.append(element("p", { className: "meta", textContent: say("means") }));
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
function mark(bar, place) {
unmark();
const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
for (const [name, value] of Object.entries({ class: "at", x: place * DAY_WIDTH, width: DAY_WIDTH, height: 100 })) ground.setAttribute(name, value);
drawing(bar).prepend(ground);
}
const unmark = () => main.querySelectorAll(".bars .at").forEach((it) => it.remove());
function setBeside(bar, place) {
const details = bar.closest("summary")?.parentElement;
if (details) details.before(told);
else bar.after(told);
told.hidden = false;
const day = drawing(bar).getBoundingClientRect();
const around = (told.offsetParent ?? document.body).getBoundingClientRect();
const middle = day.left + (day.width * (place + 0.5)) / countOf(bar);
const room = document.documentElement.clientWidth - told.offsetWidth - 8;
told.style.left = `${Math.max(8, Math.min(room, middle - told.offsetWidth / 2)) - around.left}px`;
told.style.top = `${day.bottom - around.top + 4}px`;
}
async function nameReports(bar, date, asked) {
const address = new URL(drawing(bar).dataset.more, location.href);
if (!answers.has(address.href)) answers.set(address.href, ask(address));
const day = (await answers.get(address.href))?.days.find((it) => it.date === date);
if (!day || shown !== asked) return;
const link = ({ name, url }) => {
const item = element("li");
item.append(element("a", { href: new URL(url, address).href, textContent: name }));
return item;
};
told.append(day.incidents.length ? listOf(day.incidents, link) : element("p", { className: "meta", textContent: say("recorded") }));
setBeside(bar, asked.place);
}
async function ask(address) {
try {
const answer = await fetch(address, { cache: "no-cache" });
if (answer.ok) return await answer.json();
} catch {
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
const { left, width } = drawing(bar).getBoundingClientRect();
return Math.max(firstOf(bar), Math.min(countOf(bar) - 1, Math.floor(((x - left) / width) * countOf(bar))));
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
function equip(bar) {
if (bar.dataset.equipped) return;
bar.dataset.equipped = "";
bar.addEventListener("pointermove", (event) => event.pointerType === "mouse" && show(bar, placeAt(bar, event.clientX)));
bar.addEventListener("pointerleave", hideSoon);
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
const equipAll = () => main.querySelectorAll(".bw").forEach(equip);
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
