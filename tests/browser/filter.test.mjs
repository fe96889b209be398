// The filter of the front page's components, and what the heads of groups say.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch } from './chromium.mjs';
import { LARGE_CALM, LARGE_OUTAGE, largeSite, smallSite } from './generated.mjs';
import { serve } from './site.mjs';

const site = await serve(largeSite({ name: 'filter-large' }));
const calm = await serve(largeSite({ now: LARGE_CALM, name: 'filter-calm' }));
const small = await serve(smallSite({ name: 'filter-small' }));
const browser = await launch();
after(() => browser.close());

async function open(context, url = site.url) {
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'networkidle' });
  return page;
}
const shown = (page) => page.locator('.components li.row:visible .who a').allInnerTexts();

test('words, problems and my components narrow the rows, and groups open as before afterwards', async () => {
  const context = await browser.newContext({ at: LARGE_OUTAGE });
  const page = await open(context);
  const before = await page.locator('details.group').evaluateAll((all) => all.map((it) => it.open));
  await page.getByRole('searchbox').fill('payments WEB');
  assert.deepEqual(await shown(page), ['Payments Web', 'Payments Webhooks']);
  await page.getByRole('searchbox').fill('nothing like it');
  assert.equal(await page.locator('#_filter [role=status]').innerText(), 'No components match.');
  await page.getByRole('searchbox').fill('');
  assert.deepEqual(await page.locator('details.group').evaluateAll((all) => all.map((it) => it.open)), before);
  await page.getByLabel('Only problems').check();
  assert.equal((await shown(page)).length, 29);
  await page.getByLabel('Only problems').uncheck();
  await page.getByRole('button', { name: 'Add Storefront API to my components' }).click();
  await page.reload({ waitUntil: 'networkidle' });
  await page.getByLabel('Only my components').check();
  assert.deepEqual(await shown(page), ['Storefront API']);
  await context.close();
});

test('a browser that keeps nothing, or something else, filters all the same', async () => {
  for (const spoil of [
    () => Object.defineProperty(globalThis, 'localStorage', { get() { throw new Error('denied'); } }),
    () => localStorage.setItem('allclear-mine', '{"a":1'),
    () => localStorage.setItem('allclear-mine', '7'),
  ]) {
    const context = await browser.newContext({ at: LARGE_OUTAGE });
    await context.addInitScript(spoil);
    const page = await open(context);
    await page.getByRole('button', { name: 'Add Storefront API to my components' }).click();
    await page.getByLabel('Only my components').check();
    assert.deepEqual(await shown(page), ['Storefront API']);
    await context.close();
  }
});

test('it is there for twenty components and more, with scripts alone', async () => {
  const context = await browser.newContext({ at: LARGE_OUTAGE });
  const page = await open(context, small.url);
  assert.equal(await page.locator('#_filter').count(), 0);
  assert.equal(await page.locator('.star').count(), 0);
  await context.close();
  const without = await browser.newContext({ at: LARGE_OUTAGE, javaScriptEnabled: false });
  const bare = await open(without);
  assert.equal(await bare.locator('#_filter').isVisible(), false);
  await without.close();
});

test('a closed group says how many of its components are affected, also when that changes', async () => {
  const context = await browser.newContext({ at: LARGE_OUTAGE });
  const page = await open(context);
  const head = page.locator('#_group-g0 summary');
  await head.click();
  assert.match(await head.innerText(), /7 of 7 affected/);
  await context.close();
  const quiet = await browser.newContext({ at: LARGE_CALM });
  const later = await open(quiet, calm.url);
  const count = later.locator('#_group-g8 [data-affected]');
  assert.equal(await count.textContent(), '');
  await later.evaluate(() => {
    globalThis.allclearNow = Date.parse('2026-11-21T11:00:00Z');
    document.dispatchEvent(new Event('visibilitychange'));
  });
  assert.match(await count.textContent(), /2 of 6 affected/);
  await quiet.close();
});

test('the header has one width and place on every page, and a button to subscribe', async () => {
  const context = await browser.newContext({ at: LARGE_OUTAGE, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const places = new Set();
  for (const address of ['', 'incidents/network-outage/', 'uptime/', 'history/', 'subscribe/', 'components/c0/']) {
    await page.goto(site.url + address, { waitUntil: 'load' });
    const { x, width } = await page.locator('.top').boundingBox();
    places.add(`${x} ${width}`);
    assert.equal(await page.locator('.top').getByRole('link', { name: 'Subscribe' }).isVisible(), true);
  }
  assert.equal(places.size, 1, [...places].join());
  for (const width of [320, 390]) {
    await page.setViewportSize({ width, height: 800 });
    const tops = await page.locator('.top nav li').evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top));
    assert.equal(new Set(tops).size, 1, `${width}`);
  }
  await context.close();
});
