// Starts the machine's own Chromium; nothing is ever downloaded for it.
//
// Invariant: no page sees the machine's clock. Each context says when its reader looks.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** What keeps Chromium from talking to its maker's servers, which would be noise in a test of our own requests. */
export const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The widths that pages are looked at: a desk and a phone, in CSS pixels. */
export const WIDTHS = { desk: 1280, phone: 390 };

/** The path of Chromium: `$CHROMIUM`, else the first of its names on PATH. */
export function chromiumPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = candidates.find(isExecutable);
  if (!found) throw new Error(`none of ${NAMES.join(', ')} is on PATH, and CHROMIUM is not set`);
  return found;
}

/** Chromium's environment. It hangs under libfaketime, so it keeps the machine's date: each page has a clock of its own. */
export function environment() {
  const { LD_PRELOAD, ...others } = process.env;
  return LD_PRELOAD?.includes('faketime') ? others : process.env;
}

/**
 * A headless Chromium; the caller closes it. `newContext` and `newPage` take Playwright's options and a clock: `at`, the moment
 * at which each page opens, or `from`, a moment from which Playwright's own `clock` runs and can be moved. Readers use 24 hours.
 */
export async function launch() {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS, env: environment() });
  const newContext = async ({ at, from, ...options }) => {
    if (!Date.parse(at ?? from)) throw new Error('a page needs a clock: say `at` or `from`');
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    if (at) await context.addInitScript(setClock, Date.parse(at));
    else await context.clock.install({ time: Date.parse(from) });
    return context;
  };
  const newPage = async (options) => {
    const context = await newContext(options);
    const page = await context.newPage();
    closeTogether(page, context);
    return page;
  };
  return { newContext, newPage, close: () => browser.close() };
}

/** Closes the context of a page with the page. A browser that closes at the same time closes both. */
export function closeTogether(page, context) {
  page.on('close', () => context.close().catch(() => {}));
}

/** Makes a page open at `ms`; its clock runs on from there. Runs in the page, before its scripts. */
export function setClock(ms) {
  const Real = Date;
  const opened = Real.now();
  const now = () => ms + Real.now() - opened;
  globalThis.Date = new Proxy(Real, {
    apply: () => new Real(now()).toString(),
    construct: (target, given, made) => Reflect.construct(target, given.length ? given : [now()], made),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
