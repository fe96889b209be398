// Searches the history: words in titles and texts, and filters, over a file for each year that is asked for on first use. The
// address holds what is searched, so it can be handed on: `?q=checkout&component=api&impact=major`.
import { count, element, learn, main, read, say, write } from "./live.js";
import words from "./history-words.js";

learn(words);

const FIELDS = ["q", "component", "impact", "kind", "tag"];
/** How many results are shown at first, and how many more each time. */
const STEP = 50;
/** How long one may pause while typing. */
const PAUSE_MS = 200;

/** Where the form takes little of the first screen: there it stands open. */
const wide = matchMedia("(min-width: 34.01rem)");

const years = new Map();
let form, found, log, limit, turn = 0, pause;

/** Letters without accents and case, in which equal words are equal. */
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** A year's reports, newest first; asked for again after a failure. */
function reportsOf(year) {
  const address = new URL(`${form.dataset.index}${year}.json`, location).href;
  if (!years.has(address)) {
    const asked = ask(address);
    years.set(address, asked);
    asked.catch(() => years.delete(address));
  }
  return years.get(address);
}

async function ask(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw answer.status;
  const reports = await answer.json();
  return reports.map((it) => ({ ...it, found: folded(`${it.title} ${it.words} ${it.text}`) }));
}

const asked = () => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name]?.value.trim() ?? ""]));

/** Whether a report fits what is asked: every word, and each filter. */
function fits(report, { component, impact, kind, tag }, terms) {
  return (!component || report.components.includes(component))
    && (!impact || report.impact === impact)
    && (!kind || report.kind === kind)
    && (!tag || report.tags.includes(tag))
    && terms.every((term) => report.found.includes(term));
}

/** Shows what fits, newest first: years are asked for only until there is enough to show. */
async function search() {
  const own = ++turn;
  const what = asked();
  const isAsked = FIELDS.some((name) => what[name]);
  log.hidden = isAsked;
  found.hidden = !isAsked;
  if (!isAsked) return;
  const terms = folded(what.q).split(/\s+/).filter(Boolean);
  const hits = [];
  let isAll = true;
  try {
    for (const year of form.dataset.years.split(" ").filter(Boolean)) {
      if (hits.length > limit) break;
      for (const report of await reportsOf(year)) if (fits(report, what, terms)) hits.push(report);
      if (own !== turn) return;
    }
    isAll = hits.length <= limit;
    show(hits.slice(0, limit), isAll ? (hits.length ? count("find-some", hits.length) : say("find-none")) : count("find-first", limit), isAll);
  } catch {
    if (own === turn) show([], say("find-failed"), true);
  }
}

function show(hits, said, isAll) {
  const [status, list, more] = found.children;
  list.replaceChildren(...hits.map(row));
  more.hidden = isAll;
  write(status, said);
  read();
}

/** A report's line, as in lists. */
function row(report) {
  const item = element("li", { className: "report" });
  item.innerHTML = `<svg class="i ${report.icon}" aria-hidden="true"><use href="#_${report.icon}"/></svg><div></div>`;
  const facts = element("p", { className: "meta" });
  facts.append(factsOf(report).join(" · "));
  report.components.forEach((id, place) => facts.append(place ? ", " : " · ", element("bdi", { textContent: nameOf(id) })));
  const time = element("time", { dateTime: report.from, textContent: report.when });
  if (report.to) time.dataset.to = report.to;
  else time.dataset.open = "";
  facts.append(element("br"), time, [report.lasts, report.postmortem && say("postmortem")].filter(Boolean).map((text) => ` · ${text}`).join(""));
  const words = element("p", { className: "words", dir: "auto", textContent: report.words });
  const link = element("a", { dir: "auto", href: main.dataset.root + report.path, textContent: report.title });
  item.lastElementChild.append(link, facts, ...(report.words ? [words] : []));
  return item;
}

function factsOf({ status, impact, kind }) {
  const isNamed = kind === "incident" && impact !== "none";
  return [say(`status-${status}`), isNamed && say(`impact-${impact}`)].filter(Boolean);
}

const nameOf = (id) => main.querySelector(`[data-component="${CSS.escape(id)}"]`)?.textContent ?? id;

/** Puts what is asked into the address, and searches anew. */
function changed() {
  clearTimeout(pause);
  limit = STEP;
  const address = new URL(location);
  for (const [name, value] of Object.entries(asked())) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  history.replaceState(history.state, "", address);
  search();
}

const optionOf = (value, textContent) => element("option", { value, textContent, dir: "auto" });

function fill(name, attribute) {
  const select = form.elements[name];
  if (!select) return;
  for (const it of main.querySelectorAll(`[data-${attribute}]`)) select.append(optionOf(it.dataset[attribute], it.textContent));
}

/** Folds the form where there is little room, unless it was used. */
function fold() {
  if (!form) return;
  form.parentElement.open = wide.matches || Object.values(asked()).some(Boolean);
  form.parentElement.classList.add("ready");
}

/** Makes the form work, and does what the address asks for. */
function open() {
  form = main.querySelector("form.find");
  found = main.querySelector("#_found");
  log = main.querySelector("#_log");
  if (!form || !found || !log) return;
  fill("component", "component");
  fill("tag", "tag");
  const params = new URLSearchParams(location.search);
  for (const name of FIELDS) {
    const [field, value] = [form.elements[name], params.get(name)];
    if (!field || !value) continue;
    if (field.options && ![...field.options].some((it) => it.value === value)) field.append(optionOf(value, value));
    field.value = value;
  }
  fold();
  form.onsubmit = (event) => {
    event.preventDefault();
    changed();
  };
  form.onreset = () => setTimeout(changed);
  form.oninput = () => {
    clearTimeout(pause);
    pause = setTimeout(changed, PAUSE_MS);
  };
  found.querySelector("button").onclick = async () => {
    const shown = limit;
    limit += STEP;
    await search();
    found.querySelectorAll(".report")[shown]?.querySelector("a").focus();
  };
  limit = STEP;
  search();
}

open();
wide.addEventListener("change", fold);
document.addEventListener("allclear:newer", () => {
  years.clear();
  open();
});
