// Puts a button beside each address that one subscribes by, which copies it.
import { element, main, write } from "./times.js";

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

for (const it of words && navigator.clipboard ? main.querySelectorAll(".addresses dd, pre") : []) {
  const text = it.textContent.trim();
  const button = element("button", { type: "button", className: "copy", textContent: words.copy, ariaDescription: text });
  button.onclick = () => copy(button, text);
  if (it.matches("pre")) it.after(button);
  else it.append(button);
}
