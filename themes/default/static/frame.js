// The page for frames looks again every five minutes while it is seen. Past `stale_after` it no longer says how things are.

const EVERY_MS = 300_000;

const main = document.querySelector("main");

function doubt() {
  const asOf = Date.parse(main?.querySelector("time")?.dateTime);
  const unknown = main?.querySelector("template")?.content.firstElementChild;
  if (!unknown || !(Date.now() - asOf > main.dataset.staleAfter * 1000)) return;
  document.body.className = "p-embed unknown";
  main.querySelector("h1").replaceWith(unknown.cloneNode(true));
}

doubt();
setInterval(() => {
  if (document.hidden) return;
  doubt();
  location.reload();
}, EVERY_MS);
