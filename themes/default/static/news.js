// Looks each minute whether a newer build of the page is there and puts it in place, and says what is doubtful about this one.
import { element, length, main, ownClock, say, tell } from "./times.js";
import { built, clock, each, know, known, read } from "./live.js";

const { root, staleAfter } = main.dataset;
const notes = element("aside", { className: "notes" });
const button = element("button", { textContent: say("newer-show"), onclick: show });
document.body.append(notes);

/** What `build.json` said, and the page it led to. */
let news, newer;
/** When a question was answered last, and as of when the site was true then. */
let checked = clock();
let trueAt = known.asOf;
let isFailing;
/** The link inside the content that the reader was at last. */
let last;
main.addEventListener("focusin", ({ target }) => {
  last = target.href;
});

/** Asks whether there is news, then for the page itself; for that from time to time in any case, since caches lag behind. */
async function check() {
  if (document.hidden) return;
  const waited = newer;
  const now = clock();
  try {
    const answer = await ask(`${root}build.json`);
    if (news !== answer || now % 600 < 60) await look();
    news = answer;
    trueAt = Date.parse(JSON.parse(answer).as_of) / 1000;
    isFailing = false;
    checked = now;
  } catch {
    isFailing = true;
  }
  if (newer && !isRead()) show();
  else if (newer && !waited) tell(say("newer"));
  note();
}

/** Asks an address anew; what did not change is not sent again. */
async function ask(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw answer.status;
  return answer.text();
}

async function look() {
  const next = new DOMParser().parseFromString(await ask(location), "text/html");
  newer = !built.main.isEqualNode(next.querySelector("main")) && next;
}

/** Whether the reader is at work inside the content, or has marked something. */
const isRead = () => main.contains(document.activeElement) || !getSelection().isCollapsed;

/** Puts the newer page in place. What is folded stays so, and what the reader looks at does not move. */
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
  const open = new Map(folds().map((it) => [it.id, it.open]));
  built.main = next.querySelector("main");
  main.replaceChildren(...built.main.cloneNode(true).childNodes);
  for (const it of folds()) it.open = open.get(it.id) ?? it.open;
  for (const part of ["title", ".foot"]) document.querySelector(part).replaceWith(next.querySelector(part));
  document.body.className = next.body.className;
  know();
  read();
  const same = mark && linkTo(mark.href);
  if (same) scrollBy(0, topOf(same) - top);
  // The button goes when it was pressed, so its reader is back where they were before.
  if (isPressed) linkTo(last)?.focus({ preventScroll: true });
  tell(`${say("newer-shown")} ${document.title}`);
  document.dispatchEvent(new Event("allclear:newer"));
}

const folds = () => [...main.querySelectorAll("details")];
const links = () => [...main.querySelectorAll("a")];
const linkTo = (address) => links().find((link) => link.href === address);
const topOf = (link) => link.getBoundingClientRect().top;
const filesOf = ({ head }) => [...head.querySelectorAll("[rel=stylesheet], [src]")].map((it) => it.outerHTML).join();

/** Says what is doubtful. The words change each minute, so they are not announced. */
function note() {
  const now = clock();
  const lines = [];
  if (now - trueAt > staleAfter) lines.push(say("stale", { length: length(now - trueAt) }));
  if (isFailing) lines.push(say("unchecked", { time: ownClock(new Date(checked * 1000)), length: length(now - checked) }));
  if (newer) lines.push(say("newer"));
  if (notes.said === `${lines}`) return;
  notes.said = `${lines}`;
  notes.replaceChildren(...lines.map((textContent) => element("p", { textContent })), ...(newer ? [button] : []));
}

each(note);
check();
setInterval(check, 60_000);
document.addEventListener("visibilitychange", check);
