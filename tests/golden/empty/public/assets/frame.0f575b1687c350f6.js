// The page for frames looks again every five minutes while it is seen.

const EVERY_MS = 300_000;

setInterval(() => {
  if (!document.hidden) location.reload();
}, EVERY_MS);
