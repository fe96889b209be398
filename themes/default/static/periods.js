// Counts on the figures of the month and the year, and the days of calendars, on pages of components and groups.
import { main, say, write } from "./times.js";
import { each, known } from "./live.js";
import { costOf, dateOf, figureOf, levelOf, meanOf, newDays } from "./states.js";

/** The figures of the month and the year of the build, and the calendar's days since then, on a page with calendars. */
function drawPeriods(now, confirmed) {
  const members = known.parts?.filter((part) => part.year) ?? [];
  if (!members[0]) return;
  const days = members.map((part) => newDays(part, now, confirmed));
  for (const [slot, size] of [["month", 7], ["year", 4]]) {
    const period = dateOf(known.today).slice(0, size);
    const isInside = (_, place) => dateOf(known.today + place).startsWith(period);
    const percent = figureOf(members.map((part, place) => {
      const [cost, count] = costOf(days[place].filter(isInside));
      return [part[slot][0] + cost, part[slot][1] + count];
    }));
    for (const it of percent ? main.querySelectorAll(`[data-period="${period}"]`) : []) {
      write(it, it.matches("td") ? percent : say("percent", { percent }));
      it.classList.toggle("full", it.matches("td:not(.total)") && percent === "100.00");
    }
  }
  meanOf(days).forEach((day, place) => {
    const [, month, number] = dateOf(known.today + place).match(/(.*)-(..)/);
    const cells = main.querySelector(`.cal:has([data-period="${month}"])`)?.querySelectorAll("td") ?? [];
    const cell = [...cells].find((it) => +it.textContent === +number);
    if (cell && day) cell.className = `b${levelOf(day)}`;
  });
}

each(drawPeriods);
