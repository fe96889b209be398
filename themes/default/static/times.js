// Beside each time of the site stands the reader's own, where their clocks differ.
import words from "./words.js";

/** An instant with the site's offset; dates and durations are none. */
const STAMP = /^\d{4}-\d\d-(\d\d)T[\d:]{8}(?:Z|([+-]\d\d):(\d\d))$/;

export const main = document.querySelector("main");
/** The page's main part before any script changed it. */
export const source = main.cloneNode(true);

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
export const say = (id, values = {}) => fill(words[id], values);
/** Adds to the words that can be said, and returns them all. */
export const learn = (more) => Object.assign(words, more);

export const element = (name, properties) => Object.assign(document.createElement(name), properties);

export const dayOfYear = (day, month) => say("day-of-year", { day, month: say(`month-${month + 1}`) });
const two = (number) => String(number).padStart(2, "0");
/** The reader's clock. */
export const ownClock = (date) => say("clock", { hour: two(date.getHours()), minute: two(date.getMinutes()) });

/** The elements that name an instant. */
export const instants = () => [...document.querySelectorAll("time")].filter((time) => STAMP.test(time.dateTime));

/** The reader's time for one of the site's, with the day where that is another; none where both clocks agree. */
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
