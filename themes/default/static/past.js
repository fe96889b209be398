// Moves the front page's days on: those named below bars, and the last ones. Those of them with something to tell stand
// there, the stretches between are told anew.
import { copyOf, dayOfYear, learn, main, say } from "./times.js";
import { each } from "./live.js";
import { dayOf } from "./states.js";
import words from "./past-words.js";

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
  let above;
  for (const it of days) {
    const day = Number(it.dataset.day);
    if (it.dataset.day === above?.dataset.day) {
      above.querySelector("ul").append(...it.querySelectorAll("li"));
      it.remove();
      continue;
    }
    above = it;
    it.hidden = day < first;
    if (it.hidden) continue;
    it.before(quiet(day + 1, until));
    until = day - 1;
  }
  list.append(quiet(first, until));
}

/** Says that nothing happened from the first day to the last; hidden where there is none. */
function quiet(first, last) {
  const [from, to] = [first, last].map(dateOf);
  const begin = from.getUTCMonth() === to.getUTCMonth() ? from.getUTCDate() : yearDayOf(from);
  const it = copyOf(main.querySelector("template.quiet"));
  it.hidden = last < first;
  it.firstElementChild.textContent = first === last ? yearDayOf(to) : say("days", { first: begin, last: yearDayOf(to) });
  return it;
}

each(draw);
