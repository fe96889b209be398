// The preview's own script: `allclear serve` puts it into every page on its way out; no built page holds it.
//
// It comes before every other script, so that under time travel they find the clock set. Then it waits for news and asks
// what became of this page: other bytes are loaded anew, a new stylesheet takes the old one's place, problems are shown.
(() => {
  const script = document.currentScript;
  const own = new URL(".", script.src);
  const { page: digest, now } = script.dataset;
  const scheme = new URLSearchParams(location.search).get("__allclear-scheme");

  if (now) stopClock(Number(now));
  if (scheme) forceScheme(scheme);
  // A page inside a page shows nothing of its own, but is kept as fresh.
  const panel = window.top === window ? makePanel() : undefined;
  document.addEventListener("DOMContentLoaded", start);

  /** Makes every script of the page take `ms` for now. Dates that are given stay what they are. */
  function stopClock(ms) {
    const Real = Date;
    globalThis.allclearNow = ms;
    globalThis.Date = new Proxy(Real, {
      apply: () => new Real(ms).toString(),
      construct: (target, given, made) => Reflect.construct(target, given.length ? given : [ms], made),
      get: (target, name) => (name === "now" ? () => ms : Reflect.get(target, name)),
    });
  }

  /** Makes the page believe that its reader chose a colour scheme. Themes keep the choice under `scheme`. */
  function forceScheme(wanted) {
    const read = Storage.prototype.getItem;
    Storage.prototype.getItem = function (name) {
      return name === "scheme" ? wanted : read.call(this, name);
    };
    document.documentElement.dataset.scheme = wanted;
  }

  function start() {
    if (panel) document.body.append(panel.host);
    const tabs = new BroadcastChannel("allclear");
    tabs.addEventListener("message", sync);
    const listen = () => new Promise(() => {
      new EventSource(new URL("events", own)).addEventListener("message", () => {
        tabs.postMessage("news");
        sync();
      });
    });
    // A browser opens six connections to a host, and each stream would hold one: so one tab listens for all of them.
    if (navigator.locks) navigator.locks.request("allclear-events", listen);
    else listen();
    sync();
  }

  let isAsking = false;
  let isAskedAgain = false;

  /** Asks what became of this page. News that comes while the answer is on its way makes it ask once more. */
  async function sync() {
    isAskedAgain = true;
    if (isAsking) return;
    isAsking = true;
    while (isAskedAgain) {
      isAskedAgain = false;
      try {
        // The path is encoded already, but for what would end the parameter.
        const answer = await fetch(new URL(`state?page=${location.pathname.replaceAll("&", "%26")}`, own));
        show(await answer.json());
      } catch {
        // The preview has ended, or is just starting again: the stream of events tells when it is back.
      }
    }
    isAsking = false;
  }

  function show({ page, errors, warnings, time }) {
    if (page && (page.digest !== digest || String(page.now ?? "") !== (now ?? ""))) {
      location.reload();
      return;
    }
    if (page) swapStyles(page.styles);
    panel?.show({ errors, warnings, time });
  }

  let knownStyles;

  /** Puts new stylesheets in the places of the old ones, which stay until the new ones have come. */
  function swapStyles(styles) {
    const links = [...document.querySelectorAll('link[rel="stylesheet"]:not([data-allclear-old])')];
    // The first answer tells the state of those that the page came with.
    knownStyles ??= styles.map((style, place) => (style.split("?")[0] === links[place]?.getAttribute("href") ? style : ""));
    links.forEach((link, place) => {
      if (!styles[place] || styles[place] === knownStyles[place]) return;
      const next = link.cloneNode();
      const leave = () => link.remove();
      next.href = styles[place];
      next.addEventListener("load", leave);
      next.addEventListener("error", leave);
      link.dataset.allclearOld = "";
      link.after(next);
    });
    knownStyles = styles;
  }

  /** What is shown over the page: problems, and the time bar. It stands apart, so that no style reaches in or out. */
  function makePanel() {
    const host = document.createElement("allclear-preview");
    const root = host.attachShadow({ mode: "open" });
    const style = element("link", { rel: "stylesheet", href: new URL("live.css", own).href });
    const content = element("div", {});
    root.append(style, content);
    let shown;
    let isOpen = false;
    let isHidden = false;

    function show(state) {
      const text = JSON.stringify(state);
      if (text === shown) return;
      shown = text;
      isHidden = false;
      draw(state);
    }

    function draw(state) {
      const { errors, warnings, time } = state;
      const again = (change) => () => {
        change();
        draw(state);
      };
      const parts = [];
      if (errors && !isHidden) {
        parts.push(notes("errors", "alertdialog", errors, again(() => { isHidden = true; })));
      } else if (errors) {
        parts.push(badge("errors", errors, again(() => { isHidden = false; })));
      }
      if (warnings && isOpen) parts.push(notes("warnings", "dialog", warnings, again(() => { isOpen = false; })));
      else if (warnings) parts.push(badge("warnings", warnings, again(() => { isOpen = true; })));
      if (time) parts.push(bar(time));
      content.replaceChildren(...parts);
    }

    return { host, show };
  }

  function notes(kind, role, { count, text }, close) {
    const box = element("section", { className: kind, role, ariaLabel: count });
    const head = element("header", {});
    head.append(element("h1", { textContent: count }), button("Hide", "Hide the problems", close));
    box.append(head, element("pre", { textContent: text, tabIndex: 0 }));
    return box;
  }

  function badge(kind, { count }, open) {
    const it = button(count, `Show ${count}`, open);
    it.className = `badge ${kind}`;
    return it;
  }

  function bar({ now: text, next }) {
    const box = element("nav", { className: "time", ariaLabel: "Time travel" });
    const step = (label, title, query) => button(label, title, () => travel(query));
    const shown = element("time", { dateTime: text, textContent: text.replace("T", " ") });
    box.append(
      step("−1 d", "One day back", "by=-86400"),
      step("−1 h", "One hour back", "by=-3600"),
      shown,
      step("+1 h", "One hour on", "by=3600"),
      step("+1 d", "One day on", "by=86400"),
      step("Next change", `To ${next.replace("T", " ")}`, "to=next"),
    );
    return box;
  }

  function travel(query) {
    fetch(new URL(`travel?${query}`, own), { headers: { "Allclear-Preview": "1" } }).catch(() => {});
  }

  function button(textContent, title, act) {
    const it = element("button", { type: "button", textContent, title });
    it.addEventListener("click", act);
    return it;
  }

  function element(name, properties) {
    return Object.assign(document.createElement(name), properties);
  }
})();
