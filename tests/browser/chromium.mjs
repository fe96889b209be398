// Starts the machine's own Chromium; nothing is ever downloaded for it.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

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

/** A headless Chromium; the caller closes it. */
export function launch() {
  return chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
