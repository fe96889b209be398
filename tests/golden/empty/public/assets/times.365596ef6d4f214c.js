import words from "./words.10aa35b2781470c6.js";
const STAMP = /^\d{4}-\d\d-(\d\d)T[\d:]{8}(?:Z|([+-]\d\d):(\d\d))$/;
export const main = document.querySelector("main");
export const source = main.cloneNode(true);
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
export const say = (id, values = {}) => fill(words[id], values);
export const learn = (more) => Object.assign(words, more);
const plurals = new Intl.PluralRules(document.documentElement.lang);
export function count(id, number, values) {
const forms = words[id];
return fill(forms[number] ?? forms[plurals.select(number)] ?? forms.other, { count: number, ...values });
}
export function length(secs) {
const units = [secs / 86_400, (secs / 3600) % 24, (secs / 60) % 60].map(Math.floor);
const first = units.findIndex(Boolean);
const [long, short] = units.map((number, unit) => number && count(`length-${["days", "hours", "minutes"][unit]}`, number)).slice(first, first + 2);
return short ? say("length-join", { long, short }) : long || say("moment");
}
export const element = (name, properties) => Object.assign(document.createElement(name), properties);
export const copyOf = (template) => template.content.firstElementChild.cloneNode(true);
export const write = (it, text) => it && it.textContent !== text && (it.textContent = text);
const voice = element("p", { className: "voice", role: "status" });
document.body.append(voice);
export const tell = (text) => write(voice, text);
export const months = words.month;
export const dayOfYear = (day, month) => say("day-of-year", { day, month: months[month] });
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
