// Shows 30, 90 or 365 days of one component or group: a year comes from the page's calendars and its table of days.
import { element, known, learn, main, say } from "./live.js";
import { dateOf, pathsOf, percentOf, readDays, writeDays } from "./states.js";
import words from "./range-words.js";

learn(words);

const YEAR = 365;
/** Icons of states in the order of a day's seconds. */
const SLOTS = ["degraded", "partial", "major", "maintenance"];

/** Shows the last `count` days in the bar and its heading; `equip` makes a bar tell its days. */
export function show(count, equip) {
  const bars = main.querySelector(".tall [data-bars]");
  if (!bars) return;
  const recent = readDays(bars.dataset.days);
  const first = Date.parse(bars.dataset.first) / 86_400_000 + recent.length - count;
  const days = count === YEAR ? [...earlier(first, count - recent.length), ...recent] : recent.slice(-count);
  main.querySelectorAll(".whole").forEach((it) => it.remove());
  if (count === YEAR) drawYear(bars, days, dateOf(first), equip);
  const title = bars.closest("section").querySelector("h2");
  title.firstChild.data = `${say("last-days", { days: count })} `;
  const figure = title.querySelector("[data-figure]");
  figure.hidden = count !== recent.length;
  title.querySelector(".ranged")?.remove();
  // A group's figure is the mean of its members' own, which this page does not have.
  const isOne = known.parts.some(({ id }) => id === bars.dataset.bars);
  if (figure.hidden && isOne) title.append(element("span", { className: "figure ranged", textContent: say("percent", { percent: percentOf([days]) ?? "–" }) }));
}

/** Days from `first` on, counted from 1970-01-01, as calendars and the table have them. */
function earlier(first, count) {
  return Array.from({ length: count }, (_, place) => {
    const date = dateOf(first + place);
    const month = main.querySelector(`.cal:has([data-period="${date.slice(0, 7)}"])`);
    const cell = [...(month?.querySelectorAll("td[class]") ?? [])].find((it) => +it.textContent === +date.slice(8));
    return !cell || cell.matches(".bn") ? null : secondsOn(date);
  });
}

function secondsOn(date) {
  const seconds = [0, 0, 0, 0];
  for (const it of document.getElementById(`_${date}`)?.querySelectorAll(".state") ?? []) {
    seconds[SLOTS.findIndex((icon) => it.matches(`.${icon}`))] = lengthOf(it.nextElementSibling.dateTime);
  }
  return seconds;
}

/** The seconds of `P1DT2H3M4S`. */
function lengthOf(duration) {
  const [, ...units] = duration.match(/P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?/);
  return units.reduce((sum, unit, place) => sum + (unit ?? 0) * [86_400, 3600, 60, 1][place], 0);
}

function drawYear(recent, days, first, equip) {
  const bar = element("span", { className: "bw whole" });
  bar.innerHTML = `<svg class="bars" viewBox="0 0 ${days.length * 10} 100" preserveAspectRatio="none" role="img">${pathsOf(days)}</svg>`;
  Object.assign(bar.firstChild.dataset, { first, days: writeDays(days), more: recent.dataset.more });
  bar.firstChild.ariaLabel = say("last-days", { days: days.length });
  const axis = main.querySelector(".tall .axis");
  const ends = element("p", { className: "meta axis whole" });
  ends.append(element("span", { textContent: say("days-ago", { days: days.length }) }), axis.lastElementChild.cloneNode(true));
  axis.before(bar);
  axis.after(ends);
  equip(bar);
}
