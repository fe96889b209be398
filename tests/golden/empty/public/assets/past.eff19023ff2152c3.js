import { copyOf, dayOfYear, learn, main, say } from "./times.365596ef6d4f214c.js";
import { each } from "./live.d829e833a3b20142.js";
import { dayOf } from "./states.a61918c39e5171e9.js";
import words from "./past-words.7ed16a164d02283e.js";
learn(words);
const PAST_DAYS = 15;
const dateOf = (day) => new Date(day * 86_400_000);
const yearDayOf = (date) => dayOfYear(date.getUTCDate(), date.getUTCMonth());
function draw(now) {
const list = main.querySelector("[data-last-days]");
const days = [...list.querySelectorAll("[data-day]")];
const today = dayOf(now);
for (const it of main.querySelectorAll("[data-back]")) it.textContent = yearDayOf(dateOf(today - it.dataset.back));
if (today === Number(list.dataset.lastDays) && !days.some((it) => "begun" in it.dataset)) return;
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
const it = copyOf(main.querySelector("template.quiet"));
it.hidden = last < first;
it.firstElementChild.textContent = first === last ? yearDayOf(to) : say("days", { first: begin, last: yearDayOf(to) });
return it;
}
each(draw);
