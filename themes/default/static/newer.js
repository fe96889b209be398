// Puts a newer build of the page in the place of the one that is read. `live.js` loads it when there is one.

const main = document.querySelector("main");
const topOf = (it) => it.getBoundingClientRect().top;

/**
 * What is folded stays so, and what the reader looks at does not move. `last` is what the reader was at last; `put` takes the
 * new content; `isPressed`: the reader asked for it by the button. Returns what has the place of `last` then.
 */
export function replace(next, last, isPressed, put) {
  const files = filesOf(document);
  if (!filesOf(next).every((file) => files.includes(file))) {
    location.reload();
    return undefined;
  }
  const here = [...places()];
  const seen = scrollY ? here.filter(([, it]) => isSeen(it)).reverse().map(([name, it]) => [name, topOf(it)]) : [];
  const name = here.find(([, it]) => it === last)?.[0];
  const open = new Map(folds().map((it) => [it.id, it.open]));
  main.replaceChildren(...next.querySelector("main").cloneNode(true).childNodes);
  for (const it of folds()) it.open = open.get(it.id) ?? it.open;
  for (const part of ["title", "[rel=icon]", ".foot"]) {
    const [old, fresh] = [document, next].map((it) => it.querySelector(part));
    if (fresh) old?.replaceWith(fresh);
  }
  document.body.className = next.body.className;
  put();
  const there = places();
  const [top, was] = seen.find(([it]) => there.get(it)?.checkVisibility()) ?? [];
  if (top) scrollBy({ top: topOf(there.get(top)) - was, behavior: "instant" });
  document.dispatchEvent(new Event("allclear:newer"));
  const back = there.get(name) ?? there.get(name?.trim());
  // The button goes when it was pressed, so its reader is back where they were before.
  if (isPressed) back?.focus({ preventScroll: true });
  return back;
}

// What a newer page has again, from its end: links, folds and bars, each by what it leads to, with a space for each such that follows.
// A page grows and shrinks at its top, so an incident that is over is not taken for its line in the list of what was.
function places() {
  const found = new Map();
  for (const it of [...main.querySelectorAll("a, summary, .bw")].reverse()) {
    let name = it.href ?? it.firstElementChild?.dataset.bars ?? it.parentElement.id;
    while (found.has(name)) name += " ";
    found.set(name, it);
  }
  return found;
}

const folds = () => [...main.querySelectorAll("details")];
const isSeen = (it) => it.checkVisibility() && topOf(it) >= 0;
/** The sheets and scripts of a page, also those that others hold. */
const filesOf = ({ head }) => [...head.querySelectorAll("[rel=stylesheet], [src]")].flatMap((it) => (
  [it.getAttribute("src") ?? it.getAttribute("href"), it.dataset.holds].filter(Boolean)
));
