// What a first visit costs: each request and each byte until the page is at rest, with whatever scripts ask for.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { launch } from './chromium.mjs';
import { LARGE_PAGES, largeSite, twentyComponents } from './generated.mjs';
import { serve } from './site.mjs';

const large = await serve(largeSite({ name: 'requests-large' }), { compress: true });
const twenty = await serve(twentyComponents({ name: 'requests-twenty' }), { compress: true });
const browser = await launch();
after(() => browser.close());

/** The paths that a first visit asks for, each with the bytes of its answer's body. */
async function firstVisit(site, address) {
  const page = await browser.newPage({ at: site.at, viewport: { width: 1280, height: 900 } });
  const asked = [];
  page.on('requestfinished', (request) => asked.push(request));
  await page.goto(site.url + address, { waitUntil: 'networkidle' });
  const icon = new URL(await page.locator('[rel=icon]').getAttribute('href'), page.url()).href;
  const all = await Promise.all(asked.map(async (request) => [request.url().slice(site.url.length), (await request.sizes()).responseBodySize]));
  // Without a window nothing shows the icon, so it is not asked for.
  const path = icon.slice(site.url.length);
  if (!all.some(([name]) => name === path)) all.push([path, gzipSync(readFileSync(join(site.dir, path))).length]);
  await page.close();
  return all;
}

for (const [what, site, address, most, kib] of [
  ['the front page of 60 components', large, '', 8, 40],
  ['the front page of 20 components', twenty, '', 8, 30],
  ['an incident that is open', large, LARGE_PAGES.outage, 5, 12],
  ['an incident that is over', large, LARGE_PAGES.postmortem, 5, 12],
  ['a maintenance to come', large, LARGE_PAGES.planned, 5, 12],
]) {
  test(`${what} takes ${most} requests and ${kib} KB at most`, async () => {
    const all = await firstVisit(site, address);
    const told = all.map((it) => it.join(': ')).join('\n');
    assert(all.length <= most, `${all.length} requests\n${told}`);
    const bytes = all.reduce((sum, [, size]) => sum + size, 0);
    assert(bytes > 3_000 && bytes < kib * 1024, `${bytes} bytes\n${told}`);
  });
}
