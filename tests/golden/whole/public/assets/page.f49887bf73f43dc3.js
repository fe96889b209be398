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
