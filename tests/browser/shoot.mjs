// Takes screenshots of a built site, to be looked at and for the docs.
//
//     node tests/browser/shoot.mjs OUT_DIR [--site DIR] [--at TIME] [--full] [PATH...]
//
// Each PATH, below the site's root (`/` is the front page; default: one page of each kind), is taken at both widths in
// both colour schemes, as OUT_DIR/NAME-WIDTH-SCHEME.png. `--site DIR` is a folder that `build` wrote; without it the demo
// is built for the tests' own moment. `--full` takes the whole page instead of its first screen. `--at TIME` is when
// the pages are read, for a site that was built for another moment than the tests' own.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WIDTHS, launch } from './chromium.mjs';
import { MOMENTS, buildSite, fullestOfEachKind, pageAddress, serve } from './site.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { site: { type: 'string' }, full: { type: 'boolean', default: false }, at: { type: 'string', default: MOMENTS.calm } },
});
const [outDir, ...paths] = positionals;
if (!outDir) {
  console.error('usage: node tests/browser/shoot.mjs OUT_DIR [--site DIR] [--at TIME] [--full] [PATH...]');
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
    for (const colorScheme of ['light', 'dark']) {
      const page = await browser.newPage({ at: values.at, colorScheme, viewport: { width, height: name === 'phone' ? 844 : 900 } });
      await page.goto(site.url + address, { waitUntil: 'networkidle' });
      const stem = address.replace(/\.html$/, '').split('/').filter(Boolean).join('-') || 'front';
      const path = join(outDir, `${stem}-${name}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: values.full, animations: 'disabled' });
      await page.close();
      console.log(path);
    }
  }
}
