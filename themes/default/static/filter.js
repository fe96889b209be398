// Narrows the components of the front page: to those with these words, with problems, or that the reader chose.
import { element, learn, main, say, write } from "./times.js";
import { each } from "./live.js";
import words from "./filter-words.js";

learn(words);

const MINE = "allclear-mine";

/** What is asked; it outlives a newer build of the page. */
const asked = { q: "", problems: false, mine: false };
let mine = new Set();
try {
  mine = new Set(JSON.parse(localStorage[MINE] ?? "[]"));
} catch {
  // A browser that keeps nothing, or something else kept here: the reader chooses anew.
}

/** Letters without accents and case, in which equal words are equal. */
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function draw() {
  const form = main.querySelector("#_filter");
  if (!form) return;
  if (!form.oninput) bind(form);
  const terms = folded(asked.q).split(/\s+/).filter(Boolean);
  const isAsked = Boolean(terms[0] || asked.problems || asked.mine);
  let count = 0;
  for (const group of main.querySelectorAll(".card.group")) {
    const title = group.querySelector("summary bdi")?.textContent ?? "";
    let isEmpty = true;
    for (const row of group.querySelectorAll("li.row")) {
      addStar(row);
      const name = folded(`${title} ${row.querySelector("a").textContent}`);
      const fits = terms.every((term) => name.includes(term)) && (!asked.problems || !row.querySelector(".state.ok"))
        && (!asked.mine || mine.has(row.dataset.part));
      row.classList.toggle("out", !fits);
      if (fits && !row.hidden) isEmpty = false;
      count += fits && !row.hidden;
    }
    group.classList.toggle("out", isEmpty && isAsked);
    if (isAsked) group.was ??= group.open;
    if (isAsked || "was" in group) group.open = isAsked || group.was;
    if (!isAsked) delete group.was;
  }
  write(form.querySelector("[role=status]"), count ? "" : say("filter-none"));
}

function bind(form) {
  const { q, problems, mine: own } = form.elements;
  [q.value, problems.checked, own.checked] = [asked.q, asked.problems, asked.mine];
  form.onsubmit = (event) => event.preventDefault();
  form.oninput = () => {
    Object.assign(asked, { q: q.value, problems: problems.checked, mine: own.checked });
    draw();
  };
}

/** A button that adds the component to the reader's own. */
function addStar(row) {
  const id = row.dataset.part;
  if (row.querySelector(".star")) return;
  const star = element("button", { className: "star", type: "button", ariaLabel: say("mine-add", { name: row.querySelector("a").textContent }) });
  star.ariaPressed = mine.has(id);
  star.onclick = () => {
    if (!mine.delete(id)) mine.add(id);
    star.ariaPressed = mine.has(id);
    try {
      localStorage[MINE] = JSON.stringify([...mine]);
    } catch {
      // A browser that keeps nothing forgets them with the page.
    }
    draw();
  };
  row.querySelector(".who").append(star);
}

each(draw);
