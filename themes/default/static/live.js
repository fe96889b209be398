// On pages that show how things are: says how far away times are, moves what moves by itself, looks for a newer version and
// puts it in place, and says what is doubtful about this one.
import { addOwnTimes, element, fill, instants, learn, main, ownClock, say, source } from "./times.js";
import liveWords from "./live-words.js";

const words = learn(liveWords);

const RECENT = 2 * 86_400;
const { root, staleAfter } = main.dataset;

/** What a document knows ahead; nothing on a page without components. */
const knownOf = (doc) => JSON.parse(doc.getElementById("_known")?.textContent ?? "{}");

/** The page as built. */
export const built = { main: source, known: knownOf(document) };

const notes = element("aside", { className: "notes", ariaLabel: say("notes") });
const voice = element("p", { className: "voice", role: "status" });
const button = element("button", { type: "button", textContent: say("newer-show"), onclick: show });
document.body.append(notes, voice);

/** Says a change to those who do not see it, once they are done with what they are at. */
export const tell = (text) => {
  voice.textContent = text;
};

// The moment.

/** Seconds since 1970. `globalThis.allclearNow`, in milliseconds, stands in for the clock where it is set. */
const clock = () => Math.floor((globalThis.allclearNow ?? Date.now()) / 1000);

const readers = [moveOn, addOwnTimes, addDistances, note];

/** Looks at the page anew, never earlier than what it knows. */
const read = () => readers.forEach((reader) => reader(Math.max(clock(), built.known.asOf ?? 0)));

/** Lets a script look too, before the others: now, at each full minute, and when the tab comes back. */
export function each(reader) {
  readers.unshift(reader);
  read();
}

function eachMinute() {
  read();
  setTimeout(eachMinute, 60_000 - (Date.now() % 60_000));
}

const plurals = new Intl.PluralRules(document.documentElement.lang);

export function count(id, number, values) {
  const forms = words[id];
  return fill(forms[number] ?? forms[plurals.select(number)] ?? forms.other, { count: number, ...values });
}

/** `1 hour 10 minutes`: two units at most, none smaller than a minute. */
export function length(secs) {
  const minutes = Math.floor(secs / 60);
  const units = { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 };
  const said = Object.entries(units).map(([unit, number]) => number && count(`length-${unit}`, number));
  const first = said.findIndex(Boolean);
  return first < 0 ? say("moment") : said.slice(first, first + 2).reduce((long, short) => (short ? say("length-join", { long, short }) : long));
}

function distance({ dateTime, dataset }, now) {
  const from = Date.parse(dateTime) / 1000;
  const to = Date.parse(dataset.to ?? dateTime) / 1000;
  if (from > now) return say("ahead", { length: length(from - now) });
  if (to > now) return say("ends", { length: length(to - now) });
  const word = "due" in dataset ? "late" : "open" in dataset ? "ongoing" : now - to < RECENT && "ago";
  return word && say(word, { length: length(now - to) });
}

const distances = new WeakMap();

function addDistances(now) {
  for (const time of instants()) {
    const said = distance(time, now);
    if (said && !distances.has(time)) {
      distances.set(time, element("span", { className: "own" }));
      (time.nextElementSibling?.matches(".own") ? time.nextElementSibling : time).after(distances.get(time));
    }
    write(distances.get(time), said ? ` · ${said}` : "");
  }
}

const write = (it, text) => {
  if (it && it.textContent !== text) it.textContent = text;
};

/** Statuses that come by themselves, and what ends. */
function moveOn(now) {
  for (const it of main.querySelectorAll("[data-then]")) {
    const then = it.dataset.then.split("|").findLast((entry) => parseInt(entry) <= now);
    if (then) write(it, then.slice(then.indexOf(" ") + 1));
  }
  for (const it of main.querySelectorAll("[data-until]")) it.hidden = it.dataset.until <= now;
}

// A newer version.

let news, newer, isFailing;
let asked = 0;
let checked = clock();
let trueAt = built.known.asOf;

/** Asks whether there is news, then for the page itself; again ever more rarely, since caches may lag behind. */
async function check() {
  if (document.hidden || !location.protocol.startsWith("http")) return;
  try {
    const answer = await ask(`${root}build.json`);
    asked = answer === news ? asked + 1 : 1;
    news = answer;
    trueAt = Date.parse(JSON.parse(news).as_of) / 1000;
    if ((asked & (asked - 1)) === 0) await look();
    isFailing = false;
    checked = clock();
  } catch {
    isFailing = true;
  }
  if (newer && !isRead()) show();
  else note();
}

async function ask(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw answer.status;
  return answer.text();
}

async function look() {
  const next = new DOMParser().parseFromString(await ask(location.href), "text/html");
  const isSame = built.main.isEqualNode(next.querySelector("main")) && JSON.stringify(built.known) === JSON.stringify(knownOf(next));
  newer = isSame ? undefined : next;
}

/** Whether the reader is at work inside the content, or has marked something. */
const isRead = () => main.contains(document.activeElement) || !getSelection().isCollapsed;

/** Puts the newer page in place. Parts that are the same stay, and what the reader looks at does not move. */
function show() {
  const next = newer;
  newer = undefined;
  if (filesOf(next) !== filesOf(document)) {
    location.reload();
    return;
  }
  const mark = scrollY && links().find((link) => topOf(link) >= 0);
  const top = mark && topOf(mark);
  const open = new Map([...main.querySelectorAll("details")].map((it) => [it.id, it.open]));
  replaceParts(next.querySelector("main"));
  for (const it of main.querySelectorAll("details")) it.open = open.get(it.id) ?? it.open;
  for (const part of ["title", "#_known", ".foot"]) document.querySelector(part)?.replaceWith(next.querySelector(part) ?? "");
  document.body.className = next.body.className;
  built.known = knownOf(document);
  read();
  const same = mark && links().find((link) => link.href === mark.href);
  if (same) scrollBy({ top: topOf(same) - top, behavior: "instant" });
  tell(`${say("newer-shown")} ${document.title}`);
  document.dispatchEvent(new Event("allclear:newer"));
}

const links = () => [...main.querySelectorAll("a")];
const topOf = (link) => link.getBoundingClientRect().top;
const filesOf = (doc) => String([...doc.querySelectorAll("head [rel=stylesheet], head script[src]")].map((it) => it.outerHTML));

function replaceParts(next) {
  const old = [...built.main.children];
  const shown = [...main.children].filter((it) => !("begun" in it.dataset));
  built.main = next.cloneNode(true);
  main.replaceChildren(...[...next.children].map((part) => {
    const place = old.findIndex((it) => it?.isEqualNode(part));
    old[place] = undefined;
    return shown[place] ?? part;
  }));
}

/** Says what is doubtful. The words change each minute, so they are not announced. */
function note() {
  const now = clock();
  const lines = [];
  if (now - trueAt > staleAfter) lines.push(say("stale", { length: length(now - trueAt) }));
  if (isFailing) lines.push(say("unchecked", { time: ownClock(new Date(checked * 1000)), length: length(now - checked) }));
  if (newer) lines.push(say("newer"));
  const text = String(lines);
  if (notes.dataset.text === text) return;
  notes.dataset.text = text;
  notes.replaceChildren(...lines.map((textContent) => element("p", { textContent })), ...(newer ? [button] : []));
}

eachMinute();
check();
setInterval(check, 60_000);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  read();
  check();
});
