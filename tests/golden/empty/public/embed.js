// A live status line for your own site: <script src="…/embed.js" async></script>
//
// data-show="line" (default): a line where the script stands. "corner": a panel at the bottom, only while something is
// wrong. data-into="#id": the line goes into that element. data-every="120": seconds between looks, 30 or more.
// The page's policy must allow this host in script-src and connect-src. Nothing else is loaded, stored or sent.
(() => {
  const script = document.currentScript;
  const words = {"All Systems Operational":"All systems operational","Major System Outage":"Major system outage","Minor Service Outage":"Minor service outage","Partial System Outage":"Partial system outage","Partially Degraded Service":"Partially degraded service","Service Under Maintenance":"Service under maintenance","close":"Close","unknown":"Status unknown"};
  const staleAfter = 259200;
  const style = `
    :host { all: initial; }
    div { display: inline-flex; gap: .5em; align-items: baseline; font: 14px/1.4 system-ui, sans-serif; color: inherit; }
    a { color: inherit; text-underline-offset: .15em; }
    i { flex: none; width: .7em; height: .7em; border-radius: 50%; background: var(--dot); align-self: center; }
    .corner { position: fixed; z-index: 2147483000; inset-inline-end: 1rem; bottom: 1rem; max-width: min(22rem, 100vw - 4rem);
      padding: .7rem .9rem; border-radius: .5rem; background: #1a1f24; color: #fff; box-shadow: 0 2px 12px #0006; }
    .none { --dot: #2f9e5c; } .maintenance { --dot: #4d7fe0; } .minor { --dot: #e08a1e; }
    .major { --dot: #dc3b2e; } .critical { --dot: #dc3b2e; } .unknown { --dot: #8b949e; }
    [hidden] { display: none; }
    button { all: unset; cursor: pointer; padding: 0 .3em; } button:focus-visible { outline: 2px solid; }`;

  function start() {
    const base = new URL('.', script.src);
    const { show = 'line', into, every } = script.dataset;
    const host = document.createElement('span');
    const root = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    const box = root.appendChild(document.createElement('div'));
    box.setAttribute('role', 'status');
    box.hidden = true;
    const place = into && document.querySelector(into);
    if (place) place.append(host);
    else if (show !== 'corner' && document.body.contains(script)) script.after(host);
    else document.body.append(host);
    let shown, closed;

    async function look() {
      try {
        const answer = await fetch(new URL('api/v2/summary.json', base), { credentials: 'omit' });
        if (answer.ok) draw(await answer.json());
      } catch { /* The next look may succeed; what is shown stays. */ }
    }

    function draw({ page, status, incidents: [incident], scheduled_maintenances: plans }) {
      const running = plans.find((plan) => plan.status !== 'scheduled');
      const isOld = Date.now() - Date.parse(page.updated_at) > staleAfter * 1000;
      const about = isOld ? null : incident || (status.indicator === 'maintenance' && running) || null;
      const state = isOld ? words.unknown : words[status.description] || status.description;
      const text = state + (about ? ': ' + about.name : '');
      const quiet = show === 'corner' && (isOld || (status.indicator === 'none' && !incident));
      box.hidden = quiet || closed === text;
      if (text === shown) return;
      shown = text;
      const link = document.createElement('a');
      link.href = about ? about.shortlink : page.url;
      link.dir = 'auto';
      link.textContent = state;
      if (about) {
        const name = document.createElement('bdi');
        name.textContent = about.name;
        link.append(': ', name);
      }
      box.className = (isOld ? 'unknown' : status.indicator) + (show === 'corner' ? ' corner' : '');
      box.replaceChildren(document.createElement('i'), link);
      if (show !== 'corner') return;
      const close = document.createElement('button');
      close.textContent = '×';
      close.setAttribute('aria-label', words.close);
      close.onclick = () => { closed = text; box.hidden = true; };
      box.append(close);
    }

    look();
    setInterval(() => { if (!document.hidden) look(); }, Math.max(30, every || 60) * 1000);
  }

  function safely() {
    try { start(); } catch (error) { console.warn('status line:', error); }
  }
  if (!script) return;
  if (document.body && (document.readyState !== 'loading' || document.body.contains(script))) safely();
  else document.addEventListener('DOMContentLoaded', safely);
})();
