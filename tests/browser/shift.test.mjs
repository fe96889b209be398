// What scripts add to times has room before they come: nothing that is read moves under the reader's eyes on a phone.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch } from './chromium.mjs';
import { LARGE_PAGES, largeSite } from './generated.mjs';
import { MOMENTS, buildSite, serve } from './site.mjs';

const demo = await serve(buildSite('shift-demo'));
const outage = await serve(buildSite('shift-outage', { now: MOMENTS.outage }));
const large = await serve(largeSite({ name: 'shift-large' }));
const browser = await launch();
after(() => browser.close());

/** How much of the screen moves how far once the scripts come to a page that is drawn already (Cumulative Layout Shift). */
async function shiftOf(site, address, options) {
  const page = await browser.newPage({ at: site.at, viewport: { width: 412, height: 823 }, ...options });
  let release;
  const held = new Promise((go) => { release = go; });
  await page.route(/\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(site.url + address, { waitUntil: 'commit' });
  await page.locator('.foot').waitFor();
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  await page.evaluate(() => {
    globalThis.shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => { globalThis.shift += value; }))
      .observe({ type: 'layout-shift', buffered: true });
  });
  release();
  await page.waitForLoadState('networkidle');
  await page.locator('.scheme:not([hidden])').waitFor();
  const shift = await page.evaluate(() => new Promise((settle) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => settle(globalThis.shift))));
  }));
  await page.close();
  return shift;
}

for (const [what, site, address, zone] of [
  ['the front page with a planned maintenance', demo, '', 'America/Edmonton'],
  ['the front page of an outage', outage, '', 'America/Edmonton'],
  ['the front page of 60 components', large, '', 'Europe/Berlin'],
  ['an open incident', large, LARGE_PAGES.outage, 'Europe/Berlin'],
  ['a planned maintenance', large, LARGE_PAGES.planned, 'Europe/Berlin'],
  ['the history', large, 'history/', 'Europe/Berlin'],
  ['the table of all components', large, 'uptime/', 'Europe/Berlin'],
]) {
  for (const [locale, timezoneId] of [['en-GB', zone], ['en-GB', 'UTC'], ['en-US', 'UTC']]) {
    test(`${what} hardly moves for a reader in ${timezoneId} (${locale})`, async () => {
      const shift = await shiftOf(site, address, { locale, timezoneId });
      assert(shift < 0.05, `${shift}`);
    });
  }
}
