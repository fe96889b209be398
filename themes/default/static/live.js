// Keeps a page that shows how things are right while it is read: at load, at each full minute and when the tab comes back
// it says anew how far away times are, and what began or ended by itself. `states.js` does the same for components.
import { addOwnTimes, copyOf, element, instants, length, main, say, source, tell, write } from "./times.js";

const RECENT = 2 * 86_400;

/** The page as built. */
export const built = { main: source };

/** What the page knows ahead; nothing on one without components. */
export let known;
export const know = (data = main.querySelector("#_known")?.textContent ?? "{}") => {
  known = JSON.parse(data);
};

/** Whether the page was looked at once: what was so at its opening is no news. */
let isRead;

/** Seconds since 1970. `globalThis.allclearNow`, in milliseconds, stands in for the clock where it is set. */
export const clock = () => Math.floor((globalThis.allclearNow ?? Date.now()) / 1000);

const readers = [moveOn, addOwnTimes, addDistances];

/** Looks at the page anew, never earlier than what it knows. */
export const read = () => readers.forEach((reader) => reader(Math.max(clock(), known.asOf ?? 0)));

/** Lets a script look too, after the others. */
export function each(reader) {
  readers.push(reader);
  read();
}

function eachMinute() {
  read();
  setTimeout(eachMinute, 60_000 - (Date.now() % 60_000));
}

// Times and what is planned.

function distance({ dateTime, dataset }, now) {
  const [from, to] = [dateTime, dataset.to ?? dateTime].map((stamp) => Date.parse(stamp) / 1000);
  if (from > now) return say("ahead", { length: length(from - now) });
  if ("waits" in dataset) return "";
  const word = to > now ? "ends" : "due" in dataset ? "late" : "open" in dataset ? "ongoing" : now - to < RECENT && "ago";
  return word && say(word, { length: length(Math.abs(now - to)) });
}

function addDistances(now) {
  for (const time of instants()) {
    const said = distance(time, now);
    if (said && !time.distance) {
      time.distance = element("span", { className: "own" });
      (time.nextElementSibling?.matches(".own") ? time.nextElementSibling : time).after(time.distance);
    }
    write(time.distance, said ? ` · ${said}` : "");
  }
}

/** The browser's icon, and after the kind of page the classes for its colour. */
export function wear(icon, tone = "") {
  document.querySelector("[rel=icon]").href = `${main.dataset.root}assets/favicon/${icon}.svg`;
  document.body.className = document.body.classList[0] + tone;
}

/** Puts what begins by itself where its template stands, says statuses that come by themselves, hides what ends. */
function moveOn(now) {
  const said = [];
  for (const it of main.querySelectorAll("template[data-from]")) {
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
  if (said[0] && isRead && !known.parts) tell(said.join(". "));
  isRead = true;
}

know();
eachMinute();
document.addEventListener("visibilitychange", read);
