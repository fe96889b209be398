// Counts on the figures of months, quarters and years, the days of calendars and their list, and what a target leaves of the month,
// on pages of components and groups, and in the table of all of them.
import { copyOf, each, element, known, learn, length, main, months, say, write } from "./live.js";
import { costOf, dateOf, dayOf, daysOf, figureOf, levelOf, meanOf, newDays, readDays, startOf, worseOf } from "./states.js";
import words from "./periods-words.js";

learn(words);

/** The places of states in a day's seconds, the worst first, with their icons. */
const STATES = [[2, "major_outage", "major"], [1, "partial_outage", "partial"], [0, "degraded_performance", "degraded"], [3, "under_maintenance", "maintenance"]];

/** The figures of months and years since the build, and their days, on a page with calendars. */
function drawPeriods(now, confirmed) {
  const members = known.parts?.filter((part) => part.year) ?? [];
  if (!members[0]) return;
  const days = members.map((part) => newDays(part, now, confirmed));
  const means = meanOf(days);
  for (const [slot, size] of [["month", 7], ["year", 4]]) {
    const periods = means.map((_, place) => dateOf(known.today + place).slice(0, size));
    for (const period of new Set(periods)) {
      const isInside = (_, place) => periods[place] === period;
      const isBuilt = period === periods[0];
      const costs = members.map((part, place) => added(isBuilt ? part[slot] : [0, 0], days[place].filter(isInside)));
      // What a target allows is known of the month of the build alone.
      const left = isBuilt ? members[0].budget - costs[0][0] : NaN;
      drawPeriod(period, figureOf(costs), means.filter(isInside), left);
      if (slot === "month" && isBuilt) main.querySelectorAll("[data-left]").forEach((it) => drawLeft(it, left, period !== periods.at(-1)));
    }
  }
  means.forEach((day, place) => day && drawDay(known.today + place, day, members, confirmed));
}

function drawPeriod(period, percent, days, left) {
  for (const it of percent ? main.querySelectorAll(`[data-period="${period}"]`) : []) {
    if (it.matches(".years td:not(.total)")) drawMonth(it, percent, days, left);
    else write(it, it.matches("td") ? percent : say("percent", { percent }));
  }
}

/** What days cost, and how many count, after those of the page as built. */
function added([cost, count], days) {
  const [more, number] = costOf(days);
  return [cost + more, count + number];
}

/** A day in its calendar, and in the list of days with trouble. */
function drawDay(day, seconds, members, at) {
  const date = dateOf(day);
  const cells = main.querySelector(`.cal:has([data-period="${date.slice(0, 7)}"])`)?.querySelectorAll("td") ?? [];
  const cell = [...cells].find((it) => +it.textContent === +date.slice(8));
  if (cell) cell.className = `b${levelOf(seconds)}`;
  if (!seconds.some(Boolean)) return;
  const row = document.getElementById(`_${date}`) ?? addDay(date, reportsOn(day, members, at));
  if (row) drawLengths(row.children[1], seconds);
  if (!row || !cell || cell.firstElementChild || !seconds.slice(0, 3).some(Boolean)) return;
  cell.replaceChildren(element("a", { href: `#_${date}`, textContent: +date.slice(8) }));
}

/** The reports behind the windows that touch a day: one component's in the order of time, those of several as the builder lists them. */
function reportsOn(day, members, at) {
  const touches = ([from, to]) => from <= at && from < startOf(day + 1) && (!to || to > startOf(day));
  const causes = members.flatMap(({ windows, causes = [] }) => causes.filter((_, place) => touches(windows[place])));
  if (members[1]) causes.sort((a, b) => a - b);
  return [...new Set(causes)].map((place) => known.reports[place]);
}

/** A row for a day that had none, above those of earlier days; where there was no list, with it. */
function addDay(date, reports) {
  const [list, model] = ["list", "row"].map((name) => main.querySelector(`template.day-${name}`));
  if (!model) return undefined;
  if (list) list.replaceWith(copyOf(list));
  const row = Object.assign(copyOf(model), { id: `_${date}` });
  const at = new Date(date);
  const textContent = say("day", { day: at.getUTCDate(), month: months[at.getUTCMonth()], year: at.getUTCFullYear() });
  row.firstElementChild.append(element("time", { dateTime: date, textContent }));
  const links = reports.map(({ title, path }) => element("a", { dir: "auto", href: main.dataset.root + path, textContent: title }));
  row.lastElementChild.append(...(links[0] ? links.flatMap((it, place) => (place ? [element("br"), it] : it)) : [say("recorded")]));
  main.querySelector(".days tbody").prepend(row);
  return row;
}

/** How long a day of the list was in each state, the worst first. */
function drawLengths(cell, day) {
  if (cell.said === `${day}`) return;
  cell.said = `${day}`;
  const pieces = STATES.filter(([slot]) => day[slot]).map(([slot, state, icon]) => {
    const piece = element("span");
    piece.innerHTML = `<span class="state ${icon}"><svg class="i ${icon}" aria-hidden="true"><use href="#_${icon}"/></svg> </span> `;
    piece.firstChild.append(say(`state-${state}`));
    piece.append(element("time", { dateTime: `PT${day[slot]}S`, textContent: length(day[slot]) }));
    return [...piece.childNodes];
  });
  cell.replaceChildren(...pieces.flatMap((piece, place) => (place ? [", ", ...piece] : piece)));
}

/** A month in the table of years: its figure, the colour of its worst day, and whether it misses its target. */
function drawMonth(cell, percent, days, left) {
  cell.built ??= cell.className.match(/\bb(\w)/)?.[1] ?? "n";
  const isMissed = left < 0;
  cell.className = `b${worseOf([cell.built, ...days.map(levelOf)])}${isMissed ? " missed" : percent === "100.00" ? " full" : ""}`;
  if (!isMissed) write(cell, percent);
  else if (cell.firstChild.textContent !== percent) {
    const said = element("span", { className: "unseen", textContent: ` ${say("target-missed")}` });
    cell.replaceChildren(element("b", { textContent: percent }), said);
  }
}

/** What the month's target leaves, in hundredths of a second; nothing is said of a month that is over. */
function drawLeft(it, left, isOver) {
  const secs = Math.abs(Math.floor(left / 100));
  const said = left < 0 ? say("target-over", { length: length(secs) }) : secs < 60 ? say("target-none") : say("target-left", { length: length(secs) });
  write(it, isOver ? "" : said);
}

/** The current periods of the table of all components and groups. One that is over keeps its last figure, and is named. */
function drawTable(now, confirmed) {
  const rows = known.ends ? main.querySelectorAll("[data-row]") : [];
  for (const row of rows) {
    const isRow = ({ id }) => id === row.dataset.row;
    const part = known.parts.find(isRow);
    const members = part ? [part] : known.groups.find(isRow)?.of.map((place) => known.parts[place]);
    if (members) drawRow(row, members, part?.budget, now, confirmed);
  }
  const heads = rows[0]?.closest("table").querySelectorAll("th[abbr]");
  known.ends?.forEach((end, column) => end && end <= dayOf(now) && heads && write(heads[column], heads[column].abbr));
}

function drawRow(row, members, budget, now, confirmed) {
  const days = members.map((part) => newDays(part, now, confirmed));
  known.ends.forEach((end, column) => {
    const isInside = (_, place) => known.today + place < end;
    const costs = members.map((part, place) => (
      end ? added(part.sums[column - 1], days[place].filter(isInside)) : costOf(daysOf(part, readDays(part.past), now, confirmed))
    ));
    const percent = figureOf(costs);
    const cell = row.children[column + 1];
    if (!percent) return;
    if (column !== 1) {
      write(cell, percent);
      cell.classList.toggle("full", percent === "100.00");
      return;
    }
    const left = budget - costs[0][0];
    drawMonth(cell, percent, meanOf(days).filter(isInside), left);
    row.querySelectorAll("[data-left]").forEach((it) => drawLeft(it, left, end <= dayOf(now)));
  });
}

each(drawPeriods);
each(drawTable);
