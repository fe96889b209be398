// The preview's own script: `allclear serve` puts it into every page on its way out; no built page holds it.
//
// It comes before every other script, so that under time travel they find the clock set. Then it waits for news and asks
// what became of this page: other bytes are loaded anew, a new stylesheet takes the old one's place, problems are shown.
(() => {
  const script = document.currentScript;
  const own = new URL(".", script.src);
  const { page: digest, now } = script.dataset;
  // A frame of the gallery keeps its scheme when its reader follows a link.
  const scheme =
    new URLSearchParams(location.search).get("__allclear-scheme") ?? window.frameElement?.dataset.allclearScheme;

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
    // `localStorage.scheme`: what the prototype has goes before what is stored under the same name.
    Object.defineProperty(Storage.prototype, "scheme", { get: () => wanted, configurable: true });
    document.documentElement.dataset.scheme = wanted;
  }

  function start() {
    if (panel) document.body.append(panel.host);
    const tabs = new BroadcastChannel("allclear");
    tabs.addEventListener("message", sync);
    const listen = () => {
      const source = new EventSource(new URL("events", own));
      source.addEventListener("message", () => {
        tabs.postMessage("news");
        sync();
      });
      // A browser tries again by itself when a connection ends, but not when it was refused for want of room.
      source.addEventListener("error", () => {
        if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
      });
    };
    // A browser opens six connections to a host, and each stream would hold one: so one tab listens for all of them.
    if (navigator.locks) navigator.locks.request("allclear-events", () => new Promise(listen));
    else listen();
    // A page that comes back from the browser's memory has missed the news.
    window.addEventListener("pageshow", (event) => event.persisted && sync());
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
    const content = element("div", { className: "dock" });
    root.append(style, content);
    const isOpen = { errors: false, warnings: false };
    let state = {};
    let shown;
    /** What had the focus before the problems took it. */
    let before;

    function show(news) {
      const text = JSON.stringify(news);
      if (text === shown) return;
      const isFirst = shown === undefined;
      shown = text;
      const isAnother = news.errors?.text !== state.errors?.text;
      state = news;
      if (isAnother) isOpen.errors = Boolean(state.errors);
      draw();
      if (isAnother && state.errors) takeFocus("errors");
      else if (!state.errors) giveFocus();
      if (isFirst) focusOn(recall());
    }

    function draw() {
      const focused = root.activeElement?.dataset.key;
      const kinds = ["errors", "warnings"].filter((kind) => state[kind]);
      const foot = element("footer", {});
      if (state.time) foot.append(bar(state.time));
      const closed = kinds.filter((kind) => !isOpen[kind]);
      foot.append(...closed.map((kind) => badge(kind, state[kind], () => set(kind, true))));
      const open = kinds.filter((kind) => isOpen[kind]);
      content.replaceChildren(...open.map((kind) => notes(kind, state[kind], () => set(kind, false))), foot);
      focusOn(focused);
    }

    /** Opens or closes problems for the reader, whose focus goes along. */
    function set(kind, wanted) {
      isOpen[kind] = wanted;
      draw();
      if (wanted) takeFocus(kind);
      else focusOn(kind);
    }

    function takeFocus(key) {
      if (!root.activeElement) before = document.activeElement;
      focusOn(key);
    }

    function giveFocus() {
      if (before?.isConnected && !root.activeElement) before.focus({ preventScroll: true });
      before = undefined;
    }

    function focusOn(key) {
      if (key) root.querySelector(`[data-key="${key}"]`)?.focus({ preventScroll: true });
    }

    document.addEventListener("keydown", (event) => {
      const top = ["warnings", "errors"].find((kind) => state[kind] && isOpen[kind]);
      if (event.key === "Escape" && top && !event.defaultPrevented) set(top, false);
    });

    return { host, show };
  }

  function notes(kind, { count, text }, close) {
    const role = kind === "errors" ? "alertdialog" : "dialog";
    const box = element("section", { className: kind, role, ariaLabel: count, tabIndex: -1 });
    box.dataset.key = kind;
    box.setAttribute("aria-describedby", `${kind}-text`);
    const head = element("header", {});
    head.append(element("h1", { textContent: count }), button("Hide", "Hide the problems (Esc)", close));
    box.append(head, element("pre", { id: `${kind}-text`, textContent: text, tabIndex: 0 }));
    return box;
  }

  function badge(kind, { count }, open) {
    const it = button(count, `Show ${count}`, open);
    it.className = `badge ${kind}`;
    it.dataset.key = kind;
    return it;
  }

  function bar({ now: text, next }) {
    const box = element("nav", { className: "time", ariaLabel: "Time travel" });
    const step = (label, title, query) => {
      const it = button(label, title, () => travel(query));
      it.dataset.key = query;
      return it;
    };
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
    remember(query);
    fetch(new URL(`travel?${query}`, own), { headers: { "Allclear-Preview": "1" } }).catch(() => {});
  }

  /** Keeps which button was used for the page that comes, so that it can be used again at once. */
  function remember(key) {
    try {
      sessionStorage.setItem("allclear-focus", key);
    } catch {
      // Somebody forbade their browser to keep anything.
    }
  }

  function recall() {
    try {
      const key = sessionStorage.getItem("allclear-focus");
      sessionStorage.removeItem("allclear-focus");
      return key;
    } catch {
      return null;
    }
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
