// What is handed on: link previews, icons, the frame for other sites, addresses and the form to subscribe by.

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { launch } from './chromium.mjs';
import { LARGE_CALM, LARGE_OUTAGE, largeSite } from './generated.mjs';
import { OUTPUT_ROOT, buildSite, serve } from './site.mjs';

const large = await serve(largeSite({ name: 'share-large' }));
const calm = await serve(largeSite({ name: 'share-calm', now: LARGE_CALM }));
const browser = await launch();
after(() => browser.close());

const meta = (page, property) => page.locator(`meta[property="${property}"], meta[name="${property}"]`).getAttribute('content');

test('a preview has the site\'s one picture, which shows no state, and says the state in words', async () => {
  const pictures = new Set();
  for (const [site, at, title] of [[large, LARGE_OUTAGE, /^Partial system outage/], [calm, LARGE_CALM, /^All systems operational/]]) {
    const page = await browser.newPage({ at });
    for (const address of ['', 'history/']) {
      await page.goto(site.url + address);
      pictures.add(await meta(page, 'og:image'));
    }
    assert.equal(await meta(page, 'twitter:card'), 'summary_large_image');
    await page.goto(site.url);
    assert.match(await meta(page, 'og:title'), title);
    const icon = await page.locator('link[rel="alternate icon"]').getAttribute('href');
    for (const file of [new URL(icon, site.url).href, [...pictures][0].replace('https://status.test/repo/', site.url)]) {
      const answer = await fetch(file);
      assert.equal(answer.status, 200);
      assert.equal(Buffer.from(await answer.arrayBuffer()).subarray(1, 4).toString(), 'PNG');
    }
    await page.close();
  }
  assert.deepEqual([...pictures], ['https://status.test/repo/assets/favicon/preview.png']);
});

test('the frame for other sites fits whatever is reported', async () => {
  for (const [width, height] of [[320, 110], [240, 110]]) {
    const page = await browser.newPage({ at: LARGE_OUTAGE, viewport: { width, height } });
    await page.goto(`${large.url}embed/`);
    const size = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
    assert.deepEqual(size, [width, height]);
    assert.equal(await page.locator('li').count(), 1);
    assert.equal(await page.locator('.rest').innerText(), 'and 2 more');
    const { x, width: wide } = await page.locator('.rest').boundingBox();
    assert.ok(x + wide <= width);
    await page.close();
  }
});

test('an address to subscribe by is copied at a press, where a browser can', async () => {
  const context = await browser.newContext({ at: LARGE_OUTAGE, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  await page.goto(`${large.url}subscribe/`, { waitUntil: 'networkidle' });
  const row = page.locator('.addresses div').first();
  await row.getByRole('button', { name: 'Copy' }).click();
  await row.getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await row.getByRole('link').innerText());
  await context.close();
  const without = await browser.newContext({ at: LARGE_OUTAGE, javaScriptEnabled: false });
  const bare = await without.newPage();
  await bare.goto(`${large.url}subscribe/`);
  assert.equal(await bare.locator('main button').count(), 0);
  await without.close();
});

test('one component is chosen from a list, which tells its addresses in full', async () => {
  const page = await browser.newPage({ at: LARGE_OUTAGE });
  await page.goto(`${large.url}subscribe/`, { waitUntil: 'networkidle' });
  const parts = page.locator('#_parts');
  assert.equal(await parts.locator('table').isVisible(), false);
  await parts.getByRole('combobox').selectOption('Payments Web');
  const told = await parts.locator('dd a').allInnerTexts();
  const base = 'https://status.test/repo/components/c7/';
  assert.deepEqual(told, ['history.atom', 'history.rss', 'feed.json', 'maintenance.ics'].map((file) => base + file));
  await parts.getByRole('combobox').selectOption('Payments');
  assert.equal(await parts.locator('dd a').first().innerText(), 'https://status.test/repo/groups/g1/history.atom');
  await page.close();
  const bare = await browser.newPage({ at: LARGE_OUTAGE, javaScriptEnabled: false });
  await bare.goto(`${large.url}subscribe/`);
  assert.equal(await bare.locator('#_parts table').isVisible(), true);
  assert.equal(await bare.locator('#_parts select').isVisible(), false);
  await bare.close();
});

test('the form sends the address to the owner\'s service, and to no other', async () => {
  const sent = [];
  const service = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => { body += part; }).on('end', () => {
      sent.push(`${request.method} ${request.url} ${body}`);
      response.end('Thanks');
    });
  });
  await new Promise((ready) => service.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${service.address().port}`;
  const source = join(OUTPUT_ROOT, 'share-form-source');
  rmSync(source, { recursive: true, force: true });
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'site.toml'), `title = "Form"\nbase_url = "https://status.test/repo/"\n
[theme_options]\nsubscribe_form = { action = "${origin}/join?x=1", email = "EMAIL", hidden = { list = "7" } }\n`);
  const site = await serve(buildSite('share-form', { site: source }));
  const page = await browser.newPage({ at: LARGE_OUTAGE });
  await page.goto(`${site.url}subscribe/`);
  assert.match(await page.locator('meta[http-equiv]').getAttribute('content'), new RegExp(`form-action ${origin}`));
  await page.getByLabel('E-mail address').fill('reader@example.org');
  await Promise.all([page.waitForURL(`${origin}/**`), page.locator('.mail button').click()]);
  assert.deepEqual(sent, ['POST /join?x=1 EMAIL=reader%40example.org&list=7']);
  await page.close();
  service.close();
});

test('a section has a link to itself, and times of a table stay on one line while it scrolls inside itself', async () => {
  const page = await browser.newPage({ at: LARGE_OUTAGE, viewport: { width: 320, height: 800 } });
  await page.goto(`${large.url}incidents/incident-297/`, { waitUntil: 'networkidle' });
  const links = page.getByRole('link', { name: 'Link to this section: Timeline' });
  assert.equal(await links.evaluate((it) => document.getElementById(it.hash.slice(1)) === it.parentElement), true);
  const cells = page.locator('td.time');
  assert.equal(await cells.count(), 2);
  const lines = await cells.evaluateAll((all) => all.map((it) => {
    const range = document.createRange();
    range.selectNodeContents(it);
    return range.getClientRects().length;
  }));
  assert.deepEqual(lines, [1, 1]);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  const { scrolls, wide } = await page.locator('.table').evaluate((it) => ({ scrolls: getComputedStyle(it).overflowX, wide: it.getBoundingClientRect().right }));
  assert.equal(scrolls, 'auto');
  assert.ok(wide <= 320);
  await page.close();
});
