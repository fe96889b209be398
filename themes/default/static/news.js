// Looks each minute whether a newer build of the page is there and puts it in place, and says what is doubtful about this one.
import { element, learn, main, ownClock, say } from "./times.js";
import { built, clock, each, know, knownOf, length, read, tell } from "./live.js";
import words from "./news-words.js";

learn(words);

const EVERY_MS = 60_000;

const { root, staleAfter } = main.dataset;
const notes = element("aside", { className: "notes", ariaLabel: say("notes") });
const button = element("button", { type: "button", textContent: say("newer-show"), onclick: show });
document.body.append(notes);

/** What `build.json` said, how often it said so, the page it led to. */
let news, newer;
let asked = 0;
/** When a question was answered last, and as of when the site was true then. */
let checked = clock();
let trueAt = knownOf(document).asOf;
let isFailing = false;

/** Asks whether there is news, then for the page itself; again ever more rarely, since caches may lag behind. */
async function check() {
  if (document.hidden || !location.protocol.startsWith("http")) return;
  const waited = newer;
  const now = clock();
  try {
    const answer = await ask(`${root}build.json`);
    asked = answer === news ? asked + 1 : 1;
    news = answer;
    trueAt = Date.parse(JSON.parse(news).as_of) / 1000;
    if ((asked & (asked - 1)) === 0) await look();
    isFailing = false;
    checked = now;
  } catch {
    isFailing = true;
  }
  if (newer && !isRead()) {
    show();
    return;
  }
  note();
  if (newer && !waited) tell(say("newer"));
}

/** Asks an address anew; what did not change is not sent again. */
async function ask(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw answer.status;
  return answer.text();
}

async function look() {
  const next = new DOMParser().parseFromString(await ask(location.href), "text/html");
  const isSame = built.main.isEqualNode(next.querySelector("main")) && textOf(document) === textOf(next);
  newer = isSame ? undefined : next;
}

const textOf = (doc) => doc.getElementById("_known")?.textContent;

/** Whether the reader is at work inside the content, or has marked something. */
const isRead = () => main.contains(document.activeElement) || !getSelection().isCollapsed;

/** The link or other thing inside the content that the reader was at last. */
let last;
main.addEventListener("focusin", ({ target }) => {
  last = target;
});

/** Puts the newer page in place. Parts that are the same stay, and what the reader looks at does not move. */
function show() {
  const next = newer;
  newer = undefined;
  if (filesOf(next) !== filesOf(document)) {
    location.reload();
    return;
  }
  const isPressed = document.activeElement === button;
  const mark = scrollY && links().find((link) => topOf(link) >= 0);
  const top = mark && topOf(mark);
  const open = new Map([...main.querySelectorAll("details")].map((it) => [it.id, it.open]));
  replaceParts(next.querySelector("main"));
  for (const it of main.querySelectorAll("details")) it.open = open.get(it.id) ?? it.open;
  for (const part of ["title", "#_known", ".foot"]) document.querySelector(part)?.replaceWith(next.querySelector(part) ?? "");
  document.body.className = next.body.className;
  know(knownOf(document));
  read();
  const same = mark && links().find((link) => link.href === mark.href);
  if (same) scrollBy({ top: topOf(same) - top, behavior: "instant" });
  if (isPressed) giveBackFocus();
  note();
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

/** The button goes when it was pressed, so its reader is back where they were before. */
function giveBackFocus() {
  const again = last?.isConnected ? last : links().find((link) => link.href === last?.href);
  again?.focus({ preventScroll: true });
}

/** Says what is doubtful. The words change each minute, so they are not announced. */
function note(now = clock()) {
  const lines = [];
  if (now - trueAt > staleAfter) lines.push(say("stale", { length: length(now - trueAt) }));
  if (isFailing) lines.push(say("unchecked", { time: ownClock(new Date(checked * 1000)), length: length(now - checked) }));
  if (newer) lines.push(say("newer"));
  const text = String(lines);
  if (notes.dataset.text === text) return;
  notes.dataset.text = text;
  notes.replaceChildren(...lines.map((textContent) => element("p", { textContent })), ...(newer ? [button] : []));
}

each(() => note());
check();
setInterval(check, EVERY_MS);
document.addEventListener("visibilitychange", () => check());
