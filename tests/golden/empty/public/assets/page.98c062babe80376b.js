const schemes = ["auto", "light", "dark"];
const button = document.querySelector(".scheme");
function remembered() {
try {
return localStorage.getItem("scheme") ?? "auto";
} catch {
return "auto";
}
}
function show(scheme) {
const root = document.documentElement;
if (scheme === "auto") delete root.dataset.scheme;
else root.dataset.scheme = scheme;
button.dataset.now = scheme;
button.title = button.dataset[scheme];
button.setAttribute("aria-label", button.dataset[scheme]);
}
if (button) {
show(remembered());
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
