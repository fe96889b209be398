import { element, length, main, ownClock, say, tell } from "./times.365596ef6d4f214c.js";
import { built, clock, each, know, known, read } from "./live.d829e833a3b20142.js";
const { root, staleAfter } = main.dataset;
const notes = element("aside", { className: "notes" });
const button = element("button", { textContent: say("newer-show"), onclick: show });
document.body.append(notes);
let news, newer;
let checked = clock();
let trueAt = known.asOf;
let isFailing;
let last;
main.addEventListener("focusin", ({ target }) => {
last = target.href;
});
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
async function ask(address) {
const answer = await fetch(address, { cache: "no-cache" });
if (!answer.ok) throw answer.status;
return answer.text();
}
async function look() {
const next = new DOMParser().parseFromString(await ask(location), "text/html");
newer = !built.main.isEqualNode(next.querySelector("main")) && next;
}
const isRead = () => main.contains(document.activeElement) || !getSelection().isCollapsed;
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
if (isPressed) linkTo(last)?.focus({ preventScroll: true });
tell(`${say("newer-shown")} ${document.title}`);
document.dispatchEvent(new Event("allclear:newer"));
}
const folds = () => [...main.querySelectorAll("details")];
const links = () => [...main.querySelectorAll("a")];
const linkTo = (address) => links().find((link) => link.href === address);
const topOf = (link) => link.getBoundingClientRect().top;
const filesOf = ({ head }) => [...head.querySelectorAll("[rel=stylesheet], [src]")].map((it) => it.outerHTML).join();
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
