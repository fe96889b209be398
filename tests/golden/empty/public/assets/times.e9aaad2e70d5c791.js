import words from "./words.c3d823436cfe0e66.js";
const STAMP = /^\d{4}-\d\d-(\d\d)T[\d:]{8}(?:Z|([+-]\d\d):(\d\d))$/;
export const main = document.querySelector("main");
export const source = main.cloneNode(true);
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
export const say = (id, values = {}) => fill(words[id], values);
export const learn = (more) => Object.assign(words, more);
export const element = (name, properties) => Object.assign(document.createElement(name), properties);
export const dayOfYear = (day, month) => say("day-of-year", { day, month: say(`month-${month + 1}`) });
const two = (number) => String(number).padStart(2, "0");
export const ownClock = (date) => say("clock", { hour: two(date.getHours()), minute: two(date.getMinutes()) });
export const instants = () => [...document.querySelectorAll("time")].filter((time) => STAMP.test(time.dateTime));
function ownTime(stamp) {
const [, day, hours = "+0", minutes = 0] = STAMP.exec(stamp);
const date = new Date(stamp);
if (-date.getTimezoneOffset() === hours * 60 + minutes * `${hours[0]}1`) return undefined;
const clock = ownClock(date);
return +day === date.getDate() ? clock : say("own-day", { day: dayOfYear(date.getDate(), date.getMonth()), clock });
}
export function addOwnTimes() {
for (const time of instants()) {
const [from, to] = [time.dateTime, time.dataset.to].map((stamp) => stamp && ownTime(stamp));
if (!from || time.nextElementSibling?.matches(".own")) continue;
const own = say("own", { time: to ? say("span", { from, to }) : from });
time.after(element("span", { className: "own", textContent: ` · ${own}` }));
}
}
addOwnTimes();
