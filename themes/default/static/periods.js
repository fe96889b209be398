// Counts on the figures of the month and the year, the days of calendars, and what a target leaves of the month, on pages of
// components and groups.
import { each, element, known, learn, length, main, say, write } from "./live.js";
import { costOf, dateOf, figureOf, levelOf, meanOf, newDays, worseOf } from "./states.js";
import words from "./periods-words.js";

learn(words);

/** The places of states in a day's seconds, the worst first, with their icons. */
const STATES = [[2, "major_outage", "major"], [1, "partial_outage", "partial"], [0, "degraded_performance", "degraded"], [3, "under_maintenance", "maintenance"]];

/** The figures of the month and the year of the build, and the calendar's days since then, on a page with calendars. */
function drawPeriods(now, confirmed) {
  const members = known.parts?.filter((part) => part.year) ?? [];
  if (!members[0]) return;
  const days = members.map((part) => newDays(part, now, confirmed));
  const means = meanOf(days);
  for (const [slot, size] of [["month", 7], ["year", 4]]) {
    const period = dateOf(known.today).slice(0, size);
    const isInside = (_, place) => dateOf(known.today + place).startsWith(period);
    const costs = members.map((part, place) => {
      const [cost, count] = costOf(days[place].filter(isInside));
      return [part[slot][0] + cost, part[slot][1] + count];
    });
    const percent = figureOf(costs);
    for (const it of percent ? main.querySelectorAll(`[data-period="${period}"]`) : []) {
      if (it.matches(".years td:not(.total)")) drawMonth(it, percent, means.filter(isInside), members[0].budget - costs[0][0]);
      else write(it, it.matches("td") ? percent : say("percent", { percent }));
    }
    if (slot === "month") drawLeft(dateOf(known.today + days[0].length - 1).startsWith(period) && members[0].budget - costs[0][0]);
  }
  means.forEach((day, place) => {
    const [, month, number] = dateOf(known.today + place).match(/(.*)-(..)/);
    const cells = main.querySelector(`.cal:has([data-period="${month}"])`)?.querySelectorAll("td") ?? [];
    const cell = [...cells].find((it) => +it.textContent === +number);
    if (cell && day) cell.className = `b${levelOf(day)}`;
    if (day) drawLengths(document.getElementById(`_${dateOf(known.today + place)}`)?.children[1], day);
  });
}

/** How long a day of the list was in each state, the worst first. */
function drawLengths(cell, day) {
  if (!cell || cell.said === `${day}`) return;
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
function drawLeft(left) {
  for (const it of main.querySelectorAll("[data-left]")) {
    const secs = Math.abs(Math.floor(left / 100));
    const said = left < 0 ? say("target-over", { length: length(secs) }) : secs < 60 ? say("target-none") : say("target-left", { length: length(secs) });
    write(it, left === false ? "" : said);
  }
}

each(drawPeriods);
