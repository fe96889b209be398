const schemes = ["auto", "light", "dark"];
const button = document.querySelector(".scheme");
const chosen = document.documentElement.dataset;
function show(scheme) {
if (scheme === "auto") delete chosen.scheme;
else chosen.scheme = scheme;
button.dataset.now = scheme;
button.title = button.ariaLabel = button.dataset[scheme];
}
if (button) {
show(chosen.scheme ?? "auto");
button.hidden = false;
button.addEventListener("click", () => {
const next = schemes[(schemes.indexOf(button.dataset.now) + 1) % schemes.length];
show(next);
try {
localStorage.setItem("scheme", next);
} catch {
}
});
}
const SHOWN_MS = 2500;
const updates = document.querySelector(".updates");
async function copy(button, id) {
try {
await navigator.clipboard.writeText(new URL(`#${id}`, location).href);
} catch {
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
