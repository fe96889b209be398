// Takes screenshots of a built site, to be looked at and for the docs.
//
//     node tests/browser/shoot.mjs OUT_DIR [--site DIR] [--at TIME] [--locale NAME] [--looks NAME,…] [--full] [PATH...]
//
// Each PATH, below the site's root (`/` is the front page; default: one page of each kind), is taken at both widths in
// each look, as OUT_DIR/NAME-WIDTH-LOOK.png. `--site DIR` is a folder that `build` wrote; without it the demo
// is built for the tests' own moment. `--full` takes the whole page instead of its first screen. `--at TIME` is when
// the pages are read, for a site that was built for another moment than the tests' own. `--looks` are names of LOOKS below,
// or `all`; without it `light` and `dark`. `--locale en-US` is a reader with 12-hour clocks.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WIDTHS, launch } from './chromium.mjs';
import { MOMENTS, buildSite, fullestOfEachKind, pageAddress, serve } from './site.mjs';

/** How a page may be looked at: options of its context, what media it is drawn for, and how its reader sees colours. */
const LOOKS = {
  light: {},
  dark: { context: { colorScheme: 'dark' } },
  'no-script': { context: { javaScriptEnabled: false } },
  print: { media: 'print' },
  forced: { context: { forcedColors: 'active', colorScheme: 'dark' } },
  zoom: { zoom: 2 },
  grey: { vision: 'achromatopsia' },
  deuteranopia: { vision: 'deuteranopia' },
  protanopia: { vision: 'protanopia' },
  tritanopia: { vision: 'tritanopia' },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    site: { type: 'string' },
    full: { type: 'boolean', default: false },
    at: { type: 'string', default: MOMENTS.calm },
    locale: { type: 'string', default: 'en-GB' },
    looks: { type: 'string', default: 'light,dark' },
  },
});
const [outDir, ...paths] = positionals;
const looks = values.looks === 'all' ? Object.keys(LOOKS) : values.looks.split(',');
const unknown = looks.filter((name) => !Object.hasOwn(LOOKS, name));
if (!outDir || unknown.length > 0) {
  if (outDir) console.error(`no look ${unknown.join(', ')}; there are ${Object.keys(LOOKS).join(', ')}`);
  console.error('usage: node tests/browser/shoot.mjs OUT_DIR [--site DIR] [--at TIME] [--locale NAME] [--looks NAME,…] [--full] [PATH...]');
  process.exit(2);
}

mkdirSync(outDir, { recursive: true });
const site = await serve(values.site ?? buildSite('shoot'));
const browser = await launch();
try {
  const addresses = paths.length > 0 ? paths : fullestOfEachKind(site.dir, 1).map(pageAddress);
  for (const address of addresses) await shoot(address.replace(/^\//, ''));
} finally {
  await browser.close();
  await site.close();
}

async function shoot(address) {
  for (const [name, width] of Object.entries(WIDTHS)) {
    for (const look of looks) {
      const page = await open(LOOKS[look], width, name === 'phone' ? 844 : 900);
      await page.goto(site.url + address, { waitUntil: 'networkidle' });
      const stem = address.replace(/\.html$/, '').split('/').filter(Boolean).join('-') || 'front';
      const path = join(outDir, `${stem}-${name}-${look}.png`);
      await page.screenshot({ path, fullPage: values.full, animations: 'disabled' });
      await page.close();
      console.log(path);
    }
  }
}

async function open({ context, media, zoom = 1, vision }, width, height) {
  const viewport = { width: Math.round(width / zoom), height: Math.round(height / zoom) };
  const options = { at: values.at, locale: values.locale, colorScheme: 'light', viewport, deviceScaleFactor: zoom };
  const page = await browser.newPage({ ...options, ...context });
  if (media) await page.emulateMedia({ media });
  if (vision) {
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setEmulatedVisionDeficiency', { type: vision });
  }
  return page;
}
