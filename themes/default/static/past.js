// Moves the front page's last days on, each with what touched it. Successive days with the same reports stand together.
import { copyOf, dayOfYear, element, learn, main, say, write } from "./times.js";
import { built, each, known, read } from "./live.js";
import { dayOf, stateOf } from "./states.js";
import words from "./past-words.js";

learn(words);

const PAST_DAYS = 15;

const dateOf = (day) => new Date(day * 86_400_000);
const yearDayOf = (date) => dayOfYear(date.getUTCDate(), date.getUTCMonth());
const addressOf = (link) => link?.getAttribute("href");

function draw(now, confirmed) {
  const list = main.querySelector("[data-last-days]");
  if (!known.zone) return;
  for (const { id, of } of known.groups) {
    const states = of.map((place) => stateOf(known.parts[place], confirmed)).filter((state) => state >= 0);
    const affected = states.filter(Boolean).length;
    const shown = main.querySelector(`[data-affected="${id}"]`);
    if (shown) write(shown, affected ? ` ${say("group-affected", { affected, count: states.length })}` : "");
  }
  const today = dayOf(now);
  if (!list || !main.querySelector("template.quiet")) return;
  const begun = [...list.querySelectorAll("template[data-begins]")].filter(({ dataset }) => dataset.begins <= confirmed);
  const seen = dayOf(confirmed);
  const drawn = `${today} ${seen} ${begun.length}`;
  const { lastDays } = list.dataset;
  if ((list.drawn ?? `${lastDays} ${lastDays} 0`) === drawn) return;
  list.drawn = drawn;
  const rows = begun.map(({ content }) => content.firstElementChild);
  for (const row of built.main.querySelectorAll("[data-last-days] .report")) {
    if (!rows.some((it) => it.isEqualNode(row))) rows.push(row);
  }
  const focused = list.contains(document.activeElement) && addressOf(document.activeElement);
  list.querySelectorAll(":scope > div").forEach((it) => it.remove());
  list.append(...stretchesOf(rows, today, seen).map(stretch));
  if (focused) [...list.querySelectorAll("a")].find((it) => addressOf(it) === focused)?.focus({ preventScroll: true });
  read();
}

/** The last days, newest first: the first and the last of those that the same rows touch; those after `seen` together. */
function stretchesOf(rows, today, seen) {
  const days = rows.map((row) => daysOf(row, seen));
  const stretches = [];
  for (let day = today; day > today - PAST_DAYS; day--) {
    const touching = rows.filter((_, place) => days[place][0] <= day && day <= days[place][1]);
    const above = stretches.at(-1);
    const isSeen = day <= seen;
    if (above?.isSeen === isSeen && above.touching.length === touching.length && touching.every((row) => above.touching.includes(row))) above.first = day;
    else stretches.push({ touching, isSeen, first: day, last: day });
  }
  return stretches;
}

/** The first and the last day of the site that a report touches: it ends with its last second. */
function daysOf(row, today) {
  const { dateTime, dataset } = row.querySelector("time");
  const dayAt = (stamp, before = 0) => Math.floor((Date.parse(`${stamp.slice(0, 19)}Z`) / 1000 - before) / 86_400);
  const first = dayAt(dateTime);
  return [first, dataset.to ? Math.max(first, dayAt(dataset.to, 1)) : today];
}

function stretch({ touching, isSeen, first, last }) {
  const [from, to] = [first, last].map(dateOf);
  const begin = from.getUTCMonth() === to.getUTCMonth() ? from.getUTCDate() : yearDayOf(from);
  const it = copyOf(main.querySelector("template.quiet"));
  it.firstElementChild.textContent = first === last ? yearDayOf(to) : say("days", { first: begin, last: yearDayOf(to) });
  if (!isSeen) it.lastElementChild.textContent = say("days-unseen");
  if (touching[0]) {
    const reports = element("ul", { className: "reports" });
    reports.append(...touching.map((row) => row.cloneNode(true)));
    it.lastElementChild.replaceChildren(reports);
  }
  return it;
}

each(draw);
