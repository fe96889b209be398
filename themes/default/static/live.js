// Keeps a page that shows how things are right while it is read: at load, at each full minute and when the tab comes back
// it says anew how far away times are, and what began or ended by itself. `states.js` does the same for components.
// Each minute it asks for a newer build of the page and puts that in place, and says what is doubtful about this one.
// The builder puts `times.js` in the place of its import, so that a page asks for one file less.
import { addBefore, addOwnTimes, copyOf, element, instants, length, main, ownClock, roughly, say, source, tell, topOf, write } from "./times.js";

export * from "./times.js";

const RECENT = 2 * 86_400;

/** The main part as built. */
export const built = { main: source };

/** What the page knows ahead; nothing on one without components. */
export let known;
export const know = (data = main.querySelector("#_known")?.textContent ?? "{}") => {
  known = JSON.parse(data);
};

/** Whether the page was looked at once: what was so at its opening is no news. */
let isOpened;

/** Seconds since 1970. `globalThis.allclearNow`, in milliseconds, stands in for the clock where it is set. */
const secondsNow = () => Math.floor((globalThis.allclearNow ?? Date.now()) / 1000);

const readers = [moveOn, addOwnTimes, addDistances, doubt];

/**
 * Looks at the page anew, never earlier than what it knows. A reader gets the time, and the last instant at which what the page
 * says is confirmed: the same, or an earlier one when the page is too old to speak of now.
 */
export function read(by = readers) {
  const now = Math.max(secondsNow(), known.asOf ?? 0);
  const confirmed = confirmedAt(now);
  by.forEach((reader) => reader(now, now - confirmed > staleAfter ? confirmed : now));
}

/** Lets a script look too, after the others. */
export function each(reader) {
  readers.push(reader);
  read([reader]);
}

function eachMinute() {
  read();
  setTimeout(eachMinute, 60_000 - (Date.now() % 60_000));
}

// Times and what is planned.

function distance({ dateTime, dataset }, now, confirmed) {
  const [from, to] = [dateTime, dataset.to ?? dateTime].map((stamp) => Date.parse(stamp) / 1000);
  // What was still to come or to end then may have become anything.
  if (confirmed < now && (to > confirmed || "open" in dataset || "due" in dataset)) return "";
  if (from > now) return say("ahead", { length: length(from - now) });
  if ("waits" in dataset) return "";
  const word = to > now ? "ends" : "due" in dataset ? "late" : "open" in dataset ? "ongoing" : now - to < RECENT && "ago";
  return word && say(word, { length: length(Math.abs(now - to)) });
}

function addDistances(now, confirmed) {
  for (const time of instants()) {
    const said = distance(time, now, confirmed);
    if (said) time.distance ??= addBefore(time.own ?? time);
    write(time.distance, said || "");
  }
}

/** The browser's icon, and after the kind of page the classes for its colour. */
export function wear(icon, tone = "") {
  document.querySelector("[rel=icon]")?.setAttribute("href", `${main.dataset.root}assets/favicon/${icon}.svg`);
  document.body.className = document.body.classList[0] + tone;
}

/** Puts what begins by itself where its template stands, says statuses that come by themselves, hides what ends. */
function moveOn(_, now) {
  const said = [];
  for (const it of main.querySelectorAll("template[data-from]")) {
    if (it.dataset.from > now) {
      it.begun?.remove();
      it.begun = undefined;
    }
    if (it.dataset.from > now || it.begun) continue;
    it.after((it.begun = copyOf(it)));
    if (!it.dataset.icon) continue;
    wear(it.dataset.icon, it.dataset.tone);
    said.push(it.begun.textContent.trim());
  }
  for (const it of main.querySelectorAll("[data-then]")) {
    const then = it.dataset.then.split("|").findLast((entry) => parseInt(entry) <= now);
    if (then) write(it, then.slice(then.indexOf(" ") + 1));
  }
  for (const it of main.querySelectorAll("[data-until]")) it.hidden = it.dataset.until <= now;
  // Where components are shown, what becomes of them is said instead.
  if (said[0] && isOpened && !known.parts) tell(said.join(". "));
  isOpened = true;
}

/** What the page wears while it is trusted. */
let worn;

/** On a page that is too old, what was known is marked as such, and no colour speaks of now. */
function doubt(now, confirmed) {
  const isOld = confirmed < now;
  const icon = document.querySelector("[rel=icon]") ?? {};
  if (isOld && !worn) {
    worn = [icon.href, document.body.className];
    wear("neutral", " tone unknown");
    tell(say("unknown", { length: roughly(now - confirmed) }));
  } else if (!isOld && worn) {
    [icon.href, document.body.className] = worn;
    worn = undefined;
  }
  if (!isOld) main.querySelectorAll(".last-known").forEach((it) => it.remove());
  else for (const it of main.querySelectorAll("[data-claim], [data-part] .state")) {
    if (it.querySelector(".last-known")) continue;
    const mark = element("span", { className: "last-known", textContent: ` ${say("last-known")} ` });
    it.insertBefore(mark, it.querySelector("svg")?.nextSibling ?? it.firstChild);
  }
}

// A newer build.

/** How long a host may take for an answer. */
const PATIENCE_MS = 30_000;

const { root, staleAfter } = main.dataset;
const notes = element("aside", { className: "notes" });
const button = element("button", { textContent: say("newer-show"), onclick: show });

/** Whether the page came from its host just now, not from a cache or with a tab that was put away. */
let isFresh = performance.getEntriesByType("navigation")[0]?.transferSize > 0;
/** What `build.json` said, the page it led to, and the script that puts that in place. */
let news, newer, replacing;
/** When a question was answered last, and as of when the site was true then. */
let checked = secondsNow(), trueAt;
/** Whether the last question was answered; undefined before the first. */
let isAnswered;
/** What the reader was at last inside the content. */
let last;
main.addEventListener("focusin", ({ target }) => {
  last = target;
});

/**
 * Asks whether there is news, then for the page itself: not for one that came just now, but for others from time to time in any
 * case, since caches lag behind.
 */
async function check() {
  if (document.hidden) return;
  const waited = newer;
  const now = secondsNow();
  try {
    const answer = await ask(`${root}build.json`);
    const said = Date.parse(JSON.parse(answer).as_of) / 1000;
    if (!said) throw answer;
    if (isFresh) isFresh = false;
    else {
      if (news !== answer || now % 600 < 60) await look();
      news = answer;
    }
    trueAt = said;
    isAnswered = true;
    checked = now;
  } catch {
    isAnswered = false;
  }
  if (newer && !isRead()) show();
  else if (newer && !waited) tell(say("newer"));
  read();
}

/** Asks an address anew, but not for ever; what did not change is not sent again. */
async function ask(address) {
  const answer = await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw answer.status;
  return answer.text();
}

/** What comes in the page's place may be something else: a host's word on its own trouble, a door to a network. */
async function look() {
  const next = new DOMParser().parseFromString(await ask(location), "text/html");
  if (next.querySelector("main")?.id !== main.id) throw next;
  newer = !built.main.isEqualNode(next.querySelector("main")) && next;
  if (newer) replacing ??= import("./newer.js").catch(() => undefined);
}

/** Whether the reader is at work inside the content, reads what a day of a bar tells, or has marked something. */
const isRead = () => (
  main.contains(document.activeElement) || main.querySelector(".told:not([hidden])") || !getSelection().isCollapsed
);

/** Puts the newer page in place. */
async function show() {
  const isPressed = document.activeElement === button;
  const script = await replacing;
  const next = newer;
  if (!script) location.reload();
  if (!script || !next) return;
  newer = worn = undefined;
  last = script.replace(next, last, isPressed, () => {
    built.main = next.querySelector("main");
    know();
    // `build.json` may come from an older cache than the page.
    if (known.asOf > trueAt) trueAt = known.asOf;
    read();
  });
  tell(`${say("newer-shown")} ${document.title}`);
}

/**
 * The last instant at which the site was seen to be as the page says. A page that knows no component has its own date alone, as
 * long as nobody says when the site changed.
 */
const confirmedAt = (now) => trueAt ?? (isAnswered === false ? Date.parse(document.querySelector(".foot time")?.dateTime) / 1000 : now);

/** Says what is doubtful, above what the reader looks at, which does not move. The words change each minute, so they are not announced. */
function note(now, confirmed) {
  const lines = [];
  if (confirmed < now) lines.push(say("stale", { length: length(now - confirmed) }));
  if (isAnswered === false) lines.push(say("unchecked", { time: ownClock(new Date(checked * 1000)), length: length(now - checked) }));
  if (newer) lines.push(say("newer"));
  sayAsOf(isAnswered && !newer);
  if (notes.said === `${lines}`) return;
  const top = "said" in notes && topOf(main);
  notes.said = `${lines}`;
  notes.replaceChildren(...lines.map((textContent) => element("p", { textContent })), ...(newer ? [button] : []));
  if (top !== false) scrollBy(0, topOf(main) - top);
}

/** Says that the page is the latest, or as of when it is: so on paper, too, which is read later. */
function sayAsOf(isLatest) {
  for (const it of document.querySelectorAll("[data-as-of]")) {
    it.dataset.asOf ||= it.textContent;
    write(it, isLatest ? say("latest") : it.dataset.asOf);
  }
}

know();
trueAt = known.asOf;
if (root !== undefined) {
  main.before(notes);
  readers.push(note);
  eachMinute();
  document.addEventListener("visibilitychange", () => {
    read();
    check();
  });
  check();
  setInterval(check, 60_000);
  for (const event of ["online", "offline"]) addEventListener(event, check);
  addEventListener("beforeprint", () => sayAsOf(false));
  addEventListener("afterprint", () => read());
}
