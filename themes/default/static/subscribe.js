// Puts a button beside each address that one subscribes by, which copies it, and offers components one by one.
import { element, main, write } from "./live.js";

/** How long it says that it did. */
const SHOWN_MS = 2_000;

const words = main.querySelector("[data-copy]")?.dataset;

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    write(button, words.copied);
    setTimeout(() => write(button, words.copy), SHOWN_MS);
  } catch {
    // The browser does not let the page: the address stays where it can be marked.
  }
}

function addCopy(it) {
  if (!words || !navigator.clipboard) return;
  const text = it.textContent.trim();
  const button = element("button", { type: "button", className: "copy", textContent: words.copy, ariaDescription: text });
  button.onclick = () => copy(button, text);
  if (it.matches("pre")) it.after(button);
  else it.append(button);
}

/** The addresses of a component, in full. */
function addressesOf(row) {
  return [...row.querySelectorAll("td a")].map((link) => {
    const address = link.dataset.address ?? link.href;
    const [entry, name, text] = ["div", "dt", "dd"].map((it) => element(it));
    if (link.dataset.address) name.append(element("a", { href: link.href, textContent: link.textContent }));
    else name.append(link.textContent);
    text.append(element("a", { href: address, textContent: address }));
    addCopy(text);
    entry.append(name, text);
    return entry;
  });
}

/** A list to choose a component from in place of the table, which is folded. */
function addChooser() {
  const [form, list, fold] = ["form", "dl", "details"].map((it) => main.querySelector(`#_parts ${it}`));
  if (!form || !list || !fold) return;
  const select = form.querySelector("select");
  const rows = [...fold.querySelectorAll("tbody tr")];
  let around = select;
  rows.forEach((row, value) => {
    const name = row.querySelector("th").textContent;
    if (row.matches(".group")) select.append((around = element("optgroup", { label: name })));
    around.append(element("option", { value, textContent: name, dir: "auto" }));
  });
  form.onsubmit = (event) => event.preventDefault();
  select.onchange = () => list.replaceChildren(...(select.value ? addressesOf(rows[select.value]) : []));
  form.hidden = false;
  fold.open = false;
}

main.querySelectorAll(".addresses dd, pre").forEach(addCopy);
addChooser();
