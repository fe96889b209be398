// The history: search, filters and their addresses, lists of tags and postmortems, with and without JavaScript.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch } from './chromium.mjs';
import { MOMENTS, buildSite, serve } from './site.mjs';

const site = await serve(buildSite('history'));
const browser = await launch();
after(() => browser.close());

async function open(address = '', options = {}) {
  const page = await browser.newPage({ at: MOMENTS.calm, viewport: { width: 1280, height: 844 }, ...options });
  await page.goto(`${site.url}history/${address}`, { waitUntil: 'networkidle' });
  return page;
}

const said = (page) => page.locator('#_found [role=status]').textContent();
const titles = (page) => page.locator('#_found .report a').allTextContents();
const until = (page, text) => page.locator('#_found [role=status]', { hasText: text }).waitFor();
const asks = (from) => site.answers.slice(from).filter(({ path }) => /^history\/\d+\.json/.test(path)).length;

test('words and filters narrow the reports, and the address holds them', async () => {
  const before = site.answers.length;
  const page = await open();
  assert.equal(asks(before), 0, 'an index is asked for on first use');
  assert.equal(await page.locator('#_log').isVisible(), true);
  await page.locator('[name=q]').fill('DATABASE');
  await until(page, /match/);
  assert.ok((await titles(page)).includes('Web services are unavailable'));
  assert.equal(await page.locator('#_log').isVisible(), false);
  await page.locator('[name=impact]').selectOption('critical');
  await page.locator('[name=component]').selectOption('websites');
  await until(page, /^1 report matches/);
  assert.deepEqual(await titles(page), ['Web services are unavailable']);
  assert.equal(new URL(page.url()).search, '?q=DATABASE&component=websites&impact=critical');
  const link = page.locator('#_found .report a');
  assert.equal(await link.getAttribute('href'), '../incidents/2024-05-05-web-services-outage/');
  const { height } = await page.locator('[name=q]').boundingBox();
  assert.ok(height >= 24, `${height}`);
  await page.locator('[type=reset]').click();
  await page.locator('#_log').waitFor();
  assert.equal(new URL(page.url()).search, '');
  await page.close();
});

test('an address opens its search, by keys alone the next one', async () => {
  const page = await open('?component=websites&impact=critical');
  await until(page, /^1 report matches/);
  assert.equal(await page.locator('[name=component]').inputValue(), 'websites');
  await page.goto(`${site.url}history/?kind=maintenance`);
  await until(page, /^1 report matches/);
  assert.deepEqual(await titles(page), ['Giving platform moves to a new data store']);
  await page.locator('[name=q]').focus();
  await page.keyboard.type('nothing like it');
  await until(page, 'No reports match.');
  assert.deepEqual(await titles(page), []);
  await page.goto(`${site.url}history/?tag=no-such-tag`);
  await until(page, 'No reports match.');
  assert.equal(await page.locator('[name=tag]').inputValue(), 'no-such-tag');
  await page.close();
});

test('a search that cannot be made says so, and works once it can', async () => {
  const page = await open();
  await page.route('**/history/*.json', (route) => route.abort());
  await page.locator('[name=q]').fill('database');
  await until(page, 'not available');
  await page.unroute('**/history/*.json');
  await page.locator('[name=q]').fill('databas');
  await until(page, /match/);
  assert.ok((await titles(page)).length > 0);
  await page.close();
});

test('results and the form fit every width', async () => {
  const page = await open('?q=a');
  await until(page, /match/);
  for (const width of [320, 390, 744, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wide, 0, `${width}`);
  }
  await page.close();
});

test('without JavaScript reports are found by month, component and tag', async () => {
  const page = await open('', { javaScriptEnabled: false });
  assert.equal(await page.locator('form.find').isVisible(), false);
  assert.equal(await page.locator('#_log .words').first().isVisible(), true);
  assert.equal(await page.locator('[data-component=websites]').isVisible(), true);
  await page.locator('[data-tag=database]').click();
  assert.equal(await page.locator('h1').textContent(), 'Tag: database');
  const tagged = await page.locator('.report a').allTextContents();
  assert.ok(tagged.includes('Web services are unavailable'));
  await page.goto(`${site.url}postmortems/`);
  const address = await page.locator('.report a').first().getAttribute('href');
  assert.match(address, /#_postmortem$/);
  await page.close();
});

test('the form moves nothing when its script comes', async () => {
  for (const viewport of [{ width: 1280, height: 844 }, { width: 390, height: 844 }]) {
    const page = await browser.newPage({ at: MOMENTS.calm, viewport });
    await page.route(/assets\/history\./, (route) => new Promise((go) => { setTimeout(() => go(route.continue()), 300); }));
    await page.goto(`${site.url}history/`, { waitUntil: 'domcontentloaded' });
    await page.locator('#_log').waitFor();
    const before = await page.locator('#_log').evaluate((it) => it.offsetTop);
    await page.waitForLoadState('networkidle');
    assert.equal(await page.locator('.search.ready').count(), 1);
    assert.equal(await page.locator('#_log').evaluate((it) => it.offsetTop), before, `${viewport.width}`);
    await page.close();
  }
});

test('on a phone the search is folded, so that reports stand on the first screen', async () => {
  const phone = { viewport: { width: 390, height: 844 } };
  const page = await open('', phone);
  assert.equal(await page.locator('[name=q]').isVisible(), false);
  const { y } = await page.locator('#_log .report').first().boundingBox();
  assert.ok(y < 700, `${y}`);
  await page.getByText('Search and filter').click();
  await page.locator('[name=q]').fill('database');
  await until(page, /match/);
  await page.close();
  const searched = await open('?q=database', phone);
  assert.equal(await searched.locator('[name=q]').isVisible(), true);
  await searched.close();
  const turned = await open('', phone);
  await turned.setViewportSize({ width: 844, height: 390 });
  await turned.locator('[name=q]').waitFor();
  await turned.close();
});
