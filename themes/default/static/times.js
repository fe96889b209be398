// What every page has: beside each time of the site the reader's own, where their clocks differ; the choice of colours;
// addresses of updates to hand on. Says words for the other scripts.
import words from "./words.js";

/** An instant with the site's offset; dates and durations are none. */
const STAMP = /^\d{4}-\d\d-(\d\d)T[\d:]{8}(?:Z|([+-]\d\d):(\d\d))$/;

/** The page's main part; in a theme without one, an empty one that nobody sees. */
export const main = document.querySelector("main") ?? document.createElement("main");
/** The page's main part before any script changed it. */
export const source = main.cloneNode(true);

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
export const say = (id, values = {}) => fill(words[id], values);
/** Adds to the words that can be said, and returns them all. */
export const learn = (more) => Object.assign(words, more);

const plurals = new Intl.PluralRules(document.documentElement.lang);

/** Says a counted message in the form of its number. */
export function count(id, number, values) {
  const forms = words[id];
  return fill(forms[number] ?? forms[plurals.select(number)] ?? forms.other, { count: number, ...values });
}

/** `1 hour 10 minutes`: two units at most, none smaller than a minute. */
export function length(secs) {
  const units = [secs / 86_400, (secs / 3600) % 24, (secs / 60) % 60].map(Math.floor);
  const first = units.findIndex(Boolean);
  const [long, short] = units.map((number, unit) => number && count(`length-${["days", "hours", "minutes"][unit]}`, number)).slice(first, first + 2);
  return short ? say("length-join", { long, short }) : long || say("moment");
}

/** A length in its greatest unit alone: `14 days`. */
export const roughly = (secs) => length(secs - (secs % (secs < 3600 ? 60 : secs < 86_400 ? 3600 : 86_400)));

export const topOf = (it) => it.getBoundingClientRect().top;
export const element = (name, properties) => Object.assign(document.createElement(name), properties);

/** A piece of the page that a template holds. */
export const copyOf = (template) => template.content.firstElementChild.cloneNode(true);
/** Changes a text only where it is another. */
export const write = (it, text) => it && it.textContent !== text && (it.textContent = text);

const voice = element("p", { className: "voice", role: "status" });
document.body.append(voice);
/** Says a change to those who do not see it, once they are done with what they are at. */
export const tell = (text) => write(voice, text);

export const months = words.month;
export const dayOfYear = (day, month) => say("day-of-year", { day, month: months[month] });
/** Clocks as the reader's language has them, with 12 hours or 24. */
const clock = new Intl.DateTimeFormat([], { timeStyle: "short", timeZone: "UTC" });
const weekday = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long" });
export const ownClock = (date) => clock.format(date - date.getTimezoneOffset() * 60_000);

/** The elements that name an instant. */
export const instants = () => [...document.querySelectorAll("time")].filter((time) => STAMP.test(time.dateTime));

/** One of the site's times in the reader's zone: its clock, and its day too; whether that is another day, and whether both clocks agree. */
function ownTime(stamp) {
  const [, day, hours = "+0", minutes = 0] = STAMP.exec(stamp);
  const date = new Date(stamp);
  const values = { clock: ownClock(date), day: dayOfYear(date.getDate(), date.getMonth()), weekday: weekday.format(date) };
  if (date > Date.now()) values.day = say("planned-day", values);
  return {
    clock: values.clock,
    dated: say("own-day", values),
    day: date.toDateString(),
    isOther: +day !== date.getDate(),
    agrees: -date.getTimezoneOffset() === hours * 60 + minutes * `${hours[0]}1`,
  };
}

/** Names the reader's days: both where they differ, else the one day once, where it is another than the site's. */
function ownText(from, to) {
  const isLong = to && to.day !== from.day;
  const begin = isLong || from.isOther || to?.isOther ? from.dated : from.clock;
  return to ? say("span", { from: begin, to: isLong ? to.dated : to.clock }) : begin;
}

/** Puts a text for an instant before others for it. */
export function addBefore(time, textContent) {
  const own = element("span", { className: "own", textContent });
  time.before(own, " ");
  return own;
}

/** A site's clocks with 12 hours, for readers who have those. */
function readClocks(it) {
  for (const part of it.childNodes) {
    if (part.data) part.data = part.data.replace(/\b\d\d:\d\d(:\d\d)?\b/g, (time) => clock.format(new Date(`1970-01-01T${time}Z`)));
    else readClocks(part);
  }
}

export function addOwnTimes() {
  for (const time of instants()) {
    if (time.isOwn) continue;
    time.isOwn = true;
    if (clock.resolvedOptions().hour12) readClocks(time);
    const ends = [time.dateTime, time.dataset.to].filter(Boolean).map(ownTime);
    if (!ends.every((end) => end.agrees)) time.own = addBefore(time, say("own", { time: ownText(...ends) }));
  }
}

addOwnTimes();

// The colour scheme: as the device, light or dark, remembered in this browser.
const schemes = ["auto", "light", "dark"];
const switcher = document.querySelector(".scheme");
/** Where the page's first script puts what is remembered. */
const chosen = document.documentElement.dataset;

function wearScheme(scheme) {
  chosen.scheme = scheme;
  switcher.title = switcher.ariaLabel = switcher.dataset[scheme];
}

if (switcher) {
  wearScheme(schemes.includes(chosen.scheme) ? chosen.scheme : "auto");
  switcher.hidden = false;
  switcher.onclick = () => {
    wearScheme(schemes[schemes.indexOf(chosen.scheme) + 1] ?? "auto");
    try {
      localStorage.scheme = chosen.scheme;
    } catch {
      // A browser that keeps nothing forgets it with the page.
    }
  };
}

// Each update's address, to be handed on: it stays valid whatever is edited.
const COPIED_MS = 2500;

async function copy({ currentTarget: button }) {
  const { copy, copied } = button.closest("ol").dataset;
  const address = new URL(`#${button.parentElement.id}`, location).href;
  try {
    await navigator.clipboard.writeText(address);
  } catch {
    // Not allowed here: the address bar has it then.
    location = address;
    return;
  }
  button.textContent = copied;
  tell(copied);
  setTimeout(() => write(button, copy), COPIED_MS);
}

function addCopies() {
  for (const title of document.querySelectorAll("ol.updates > li > :is(h2, h3)")) {
    const textContent = title.closest("ol").dataset.copy;
    title.after(element("button", { type: "button", className: "copy", textContent, onclick: copy }));
  }
}

addCopies();
document.addEventListener("allclear:newer", addCopies);
