// The colour scheme: as the device, light or dark, remembered in this browser.
const schemes = ["auto", "light", "dark"];
const button = document.querySelector(".scheme");
/** Where the page's first script puts what is remembered. */
const chosen = document.documentElement.dataset;

function show(scheme) {
  chosen.scheme = scheme;
  button.title = button.ariaLabel = button.dataset[scheme];
}

if (button) {
  show(schemes.includes(chosen.scheme) ? chosen.scheme : "auto");
  button.hidden = false;
  button.onclick = () => {
    show(schemes[schemes.indexOf(chosen.scheme) + 1] ?? "auto");
    try {
      localStorage.scheme = chosen.scheme;
    } catch {
      // A browser that keeps nothing forgets it with the page.
    }
  };
}

// Each update's address, to be handed on: it stays valid whatever is edited.
const SHOWN_MS = 2500;
const updates = document.querySelector(".updates");

async function copy(button, id) {
  try {
    await navigator.clipboard.writeText(new URL(`#${id}`, location).href);
  } catch {
    // Not allowed here: the address bar has it then.
    location.hash = id;
    return;
  }
  button.innerHTML = `<span role="status">${updates.dataset.copied}</span>`;
  setTimeout(() => button.replaceChildren(updates.dataset.copy), SHOWN_MS);
}

for (const update of updates?.children ?? []) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "copy", textContent: updates.dataset.copy, onclick: () => copy(button, update.id) });
  update.querySelector("h3").after(button);
}
