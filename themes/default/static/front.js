// What the front page alone has: its last days, and the filter of its components.
import { built, copyOf, dayOfYear, each, element, known, learn, main, read, say, write } from "./live.js";
import { dayOf, stateOf } from "./states.js";
import words from "./front-words.js";

learn(words);

// The last days move on, each with what touched it. Successive days with the same reports stand together.

const PAST_DAYS = 15;

const dateOf = (day) => new Date(day * 86_400_000);
const yearDayOf = (date) => dayOfYear(date.getUTCDate(), date.getUTCMonth());
const addressOf = (link) => link?.getAttribute("href");

function moveDays(now, confirmed) {
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

// The filter narrows the components to those with these words, with problems, or that the reader chose.

const MINE = "allclear-mine";

/** What is asked; it outlives a newer build of the page. */
const asked = { q: "", problems: false, mine: false };
let mine = new Set();
try {
  mine = new Set(JSON.parse(localStorage[MINE] ?? "[]"));
} catch {
  // A browser that keeps nothing, or something else kept here: the reader chooses anew.
}

/** Letters without accents and case, in which equal words are equal. */
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function narrow() {
  const form = main.querySelector("#_filter");
  if (!form) return;
  if (!form.oninput) bind(form);
  const terms = folded(asked.q).split(/\s+/).filter(Boolean);
  const isAsked = Boolean(terms[0] || asked.problems || asked.mine);
  let count = 0;
  for (const group of main.querySelectorAll(".card.group")) {
    const title = group.querySelector("summary bdi")?.textContent ?? "";
    let isEmpty = true;
    for (const row of group.querySelectorAll("li.row")) {
      addStar(row);
      const name = folded(`${title} ${row.querySelector("a").textContent}`);
      const fits = terms.every((term) => name.includes(term)) && (!asked.problems || !row.querySelector(".state.ok"))
        && (!asked.mine || mine.has(row.dataset.part));
      row.classList.toggle("out", !fits);
      if (fits && !row.hidden) isEmpty = false;
      count += fits && !row.hidden;
    }
    group.classList.toggle("out", isEmpty && isAsked);
    if (isAsked) group.was ??= group.open;
    if (isAsked || "was" in group) group.open = isAsked || group.was;
    if (!isAsked) delete group.was;
  }
  write(form.querySelector("[role=status]"), count ? "" : say("filter-none"));
}

function bind(form) {
  const { q, problems, mine: own } = form.elements;
  [q.value, problems.checked, own.checked] = [asked.q, asked.problems, asked.mine];
  form.onsubmit = (event) => event.preventDefault();
  form.oninput = () => {
    Object.assign(asked, { q: q.value, problems: problems.checked, mine: own.checked });
    narrow();
  };
}

/** A button that adds the component to the reader's own. */
function addStar(row) {
  const id = row.dataset.part;
  if (row.querySelector(".star")) return;
  const star = element("button", { className: "star", type: "button", ariaLabel: say("mine-add", { name: row.querySelector("a").textContent }) });
  star.ariaPressed = mine.has(id);
  star.onclick = () => {
    if (!mine.delete(id)) mine.add(id);
    star.ariaPressed = mine.has(id);
    try {
      localStorage[MINE] = JSON.stringify([...mine]);
    } catch {
      // A browser that keeps nothing forgets them with the page.
    }
    narrow();
  };
  row.querySelector(".who").append(star);
}

each(moveDays);
each(narrow);
