// The preview as its author meets it: `allclear serve` runs, a page is open in Chromium, files change on the disk.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { WIDTHS, launch } from './chromium.mjs';
import { OUTPUT_ROOT, binary } from './site.mjs';

const NOW = '2026-03-09T10:30:00Z';

const SITE = `title = "Preview test"
base_url = "https://status.test/repo/"

[[components]]
id = "api"
name = "API"
since = 2026-01-01
`;

const REPORT = `+++
title = "First title"
components = { api = "major_outage" }
+++

## Investigating, 2026-03-09 10:00

We look into it.

## Resolved, 11:00

Done.

# Postmortem, 2026-03-09 10:20

${'A long story.\n\n'.repeat(80)}
`;

const PATH = 'content/incidents/first.md';

/** Longer than anything takes on the slowest machine, in milliseconds. */
const PATIENCE = 60_000;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/**
 * A site of its own for each test `t`, previewed. `open(path)` opens a page of it. `close` ends everything and returns how the
 * preview ended; it is called when the test ends, too.
 */
async function preview(t, name, { args = ['--now', NOW], files = {} } = {}) {
  const site = join(OUTPUT_ROOT, `serve-${name}`);
  rmSync(site, { recursive: true, force: true });
  const put = (path, text) => {
    mkdirSync(dirname(join(site, path)), { recursive: true });
    writeFileSync(join(site, path), text);
  };
  Object.entries({ 'site.toml': SITE, [PATH]: REPORT, ...files }).forEach(([path, text]) => put(path, text));
  const server = spawn(binary(), ['serve', '--site', site, '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  server.stderr.setEncoding('utf8').on('data', (text) => { said += text; });
  const ended = once(server, 'exit');
  const [url] = await once(createInterface(server.stdout), 'line');
  const context = await browser.newContext({ at: NOW });
  context.setDefaultTimeout(PATIENCE);
  const errors = [];
  const open = async (path) => {
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(new URL(path, url).href);
    await page.locator('allclear-preview').waitFor({ state: 'attached' });
    // Lost when the page is loaded anew.
    await page.evaluate(() => { window.isSame = true; });
    return page;
  };
  const close = async () => {
    server.kill('SIGINT');
    await context.close();
    const [code, signal] = await ended;
    return { code, signal };
  };
  t.after(close);
  return { site, url, put, open, close, errors, said: () => said, remove: (path) => rmSync(join(site, path), { recursive: true }) };
}

const isSame = (page) => page.evaluate(() => window.isSame === true);

/** Does something, and waits until a page has asked what that made of it. */
async function news(page, act) {
  const answered = page.waitForResponse((response) => response.url().includes('/__allclear/state'));
  act();
  await (await answered).finished();
}

describe('the preview', () => {
  test('shows a new title in the open page, at the place it was scrolled to', async (t) => {
    const it = await preview(t, 'title');
    const page = await it.open('incidents/first/');
    await page.evaluate(() => window.scrollTo(0, 900));
    it.put(PATH, REPORT.replace('First title', 'Second title'));
    await page.locator('h1', { hasText: 'Second title' }).waitFor();
    assert.equal(await isSame(page), false);
    await page.waitForFunction(() => Math.abs(window.scrollY - 900) < 20);
    assert.deepEqual(it.errors, []);
    assert.deepEqual(await it.close(), { code: 0, signal: null });
  });

  test('leaves alone a page that did not change', async (t) => {
    const about = (text) => `+++\ntitle = "About"\n+++\n\n${text}\n`;
    const it = await preview(t, 'other', { files: { 'content/pages/about.md': about('One.') } });
    const page = await it.open('incidents/first/');
    await news(page, () => it.put('content/pages/about.md', about('Two.')));
    await news(page, () => it.put('static/robots.txt', 'User-agent: *\n'));
    assert.equal(await isSame(page), true);
    await page.goto(new URL('about/', it.url).href);
    await page.locator('main', { hasText: 'Two.' }).waitFor();
  });

  test('names the line of a mistake over the page, until it is mended', async (t) => {
    const it = await preview(t, 'mistake');
    const page = await it.open('incidents/first/');
    it.put(PATH, REPORT.replace('title = ', 'title '));
    const overlay = page.locator('allclear-preview section.errors');
    await overlay.waitFor();
    const text = await overlay.innerText();
    assert.match(text, /content\/incidents\/first\.md:2:/);
    assert.match(text, /\^/);
    assert.match(text, /help:/);
    assert.match(await page.locator('h1').first().innerText(), /First title/, 'the last good page stays');
    await overlay.getByRole('button', { name: 'Hide' }).click();
    await overlay.waitFor({ state: 'detached' });
    await page.locator('allclear-preview .badge.errors').click();
    await overlay.waitFor();
    it.put(PATH, REPORT);
    await overlay.waitFor({ state: 'detached' });
    assert.equal(await isSame(page), true);
  });

  test('says over the page what the terminal says, and a title in it stays text', async (t) => {
    const it = await preview(t, 'text');
    const page = await it.open('incidents/first/');
    it.put(PATH, REPORT.replace('title = "First title"', 'titel = "<script>window.isHarmed = 1</script><b>"'));
    const text = page.locator('allclear-preview section.errors pre');
    await text.filter({ hasText: '<script>window.isHarmed = 1</script><b>' }).waitFor();
    assert.ok(it.said().includes((await text.textContent()).trim()), it.said());
    assert.equal(await page.evaluate(() => window.isHarmed), undefined);
    await page.reload();
    await text.waitFor();
    assert.equal(await page.evaluate(() => window.isHarmed), undefined);
  });

  test('can be used by keyboard alone', async (t) => {
    const it = await preview(t, 'keyboard', { files: { 'content/stray.xyz': '' } });
    const page = await it.open('incidents/first/');
    const link = page.locator('main a').first();
    await link.focus();
    it.put(PATH, REPORT.replace('title = ', 'titel = '));
    const errors = page.getByRole('alertdialog', { name: '1 error' });
    await errors.waitFor();
    const focused = () => page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.className);
    assert.equal(await focused(), 'errors');
    await page.keyboard.press('Escape');
    await errors.waitFor({ state: 'detached' });
    assert.equal(await focused(), 'badge errors');
    await page.keyboard.press('Enter');
    await errors.waitFor();
    assert.equal(await focused(), 'errors');
    it.put(PATH, REPORT);
    await errors.waitFor({ state: 'detached' });
    await page.waitForFunction((it) => it === document.activeElement, await link.elementHandle());
    await page.locator('allclear-preview .badge.warnings').focus();
    await page.keyboard.press('Enter');
    const warnings = page.getByRole('dialog', { name: '1 warning' });
    await warnings.waitFor();
    assert.equal(await focused(), 'warnings');
    await page.keyboard.press('Escape');
    await warnings.waitFor({ state: 'detached' });
    assert.equal(await focused(), 'badge warnings');
    // A step of the time bar loads the page anew; the next press of the key is another step.
    await page.getByRole('button', { name: '+1 h' }).focus();
    const time = page.locator('allclear-preview nav.time time');
    for (const hour of ['11', '12', '13']) {
      await page.keyboard.press('Enter');
      await time.filter({ hasText: `2026-03-09 ${hour}:30:00Z` }).waitFor();
    }
    assert.deepEqual(it.errors, []);
  });

  for (const [name, width] of Object.entries(WIDTHS)) {
    test(`covers nothing of its own, at the width of a ${name}`, async (t) => {
      const it = await preview(t, `covers-${name}`, { files: { 'content/stray.xyz': '' } });
      const page = await it.open('');
      await page.setViewportSize({ width, height: 844 });
      await page.locator('allclear-preview .badge.warnings').click();
      const many = Array.from({ length: 60 }, (_, line) => `key-${line} = 1\n`).join('');
      it.put(PATH, REPORT.replace('title = ', `${many}title = `));
      await page.locator('allclear-preview section.errors').waitFor();
      const parts = page.locator('allclear-preview :is(section, .time)');
      await page.waitForFunction(() => document.querySelector('allclear-preview').shadowRoot.styleSheets.length === 1);
      assert.equal(await parts.count(), 3);
      const boxes = await Promise.all((await parts.all()).map((part) => part.boundingBox()));
      boxes.forEach(({ x, y, width: wide, height }, place) => {
        assert.ok(x >= 0 && x + wide <= width && y >= 0 && y + height <= 844, JSON.stringify(boxes));
        assert.ok(place === 0 || y >= boxes[place - 1].y + boxes[place - 1].height, JSON.stringify(boxes));
      });
      for (const kind of ['warnings', 'errors']) {
        await page.locator(`allclear-preview section.${kind}`).getByRole('button', { name: 'Hide' }).click();
      }
      await page.locator('allclear-preview .badge.errors').click();
    });
  }

  test('shows mistakes of the very first start, and then the site', async (t) => {
    const it = await preview(t, 'first', { files: { 'site.toml': 'title = <script>\n' } });
    const page = await it.open('');
    await page.locator('allclear-preview section.errors', { hasText: 'title = <script>' }).waitFor();
    it.put('site.toml', SITE);

    await page.waitForFunction(() => document.title.includes('Preview test'));
  });

  test('swaps a stylesheet without loading the page anew', async (t) => {
    const it = await preview(t, 'style', { files: { 'themes/default/static/style.css': 'body { color: rgb(1, 2, 3) }' } });
    const page = await it.open('incidents/first/');
    const color = (wanted) => page.waitForFunction((it) => getComputedStyle(document.body).color === it, wanted);
    await color('rgb(1, 2, 3)');
    await page.evaluate(() => window.scrollTo(0, 900));
    for (const wanted of ['rgb(4, 5, 6)', 'rgb(7, 8, 9)', 'rgb(1, 2, 3)']) {
      it.put('themes/default/static/style.css', `body { color: ${wanted} }`);
      await color(wanted);
    }
    assert.equal(await isSame(page), true);
    await page.waitForFunction(() => document.querySelectorAll('head link[rel="stylesheet"]').length === 1);
    assert.ok(Math.abs((await page.evaluate(() => window.scrollY)) - 900) < 20);
    assert.deepEqual(it.errors, []);
  });

  test('shows the 404 page when the incident is deleted', async (t) => {
    const it = await preview(t, 'delete');
    const page = await it.open('incidents/first/');
    const gone = page.waitForResponse((it) => it.status() === 404 && new URL(it.url()).pathname === '/repo/incidents/first/');
    it.remove(PATH);
    await gone;
    await page.locator('meta[name=robots][content=noindex]').waitFor({ state: 'attached' });
    assert.equal(await page.locator('main', { hasText: 'First title' }).count(), 0);
  });

  test('counts warnings in a badge that opens', async (t) => {
    const it = await preview(t, 'warning', { files: { 'content/stray.xyz': '' } });
    const page = await it.open('');
    const badge = page.locator('allclear-preview .badge.warnings');
    await badge.click();
    assert.match(await page.locator('allclear-preview section.warnings').innerText(), /content\/stray\.xyz/);
  });

  test('travels through time, scripts of the page included', async (t) => {
    const it = await preview(t, 'travel');
    const page = await it.open('');
    const bar = page.locator('allclear-preview nav.time');
    const shows = (time) => bar.locator('time', { hasText: time }).waitFor();
    const clock = () => page.evaluate(() => [Date.now(), new Date().getTime(), new Date(5).getTime(), globalThis.allclearNow]);
    await shows('2026-03-09 10:30:00Z');
    const ms = Date.parse(NOW);
    assert.deepEqual(await clock(), [ms, ms, 5, ms]);
    const isOut = () => page.locator('main').innerText().then((text) => /First title/.test(text) && /outage/i.test(text));
    assert.equal(await isOut(), true);
    await bar.getByRole('button', { name: 'Next change' }).click();
    await shows('2026-03-09 11:00:00Z');
    await page.waitForFunction((at) => Date.now() === at, Date.parse('2026-03-09T11:00:00Z'));
    await bar.getByRole('button', { name: '−1 d' }).click();
    await shows('2026-03-08 11:00:00Z');
    assert.equal(await page.locator('main', { hasText: 'First title' }).count(), 0);
  });

  test('counts on from the moment that is shown, not from today', async (t) => {
    const maintenance = `+++
title = "New disks"
components = ["api"]
announced = 2026-03-08 12:00
from = 2026-03-09 10:45
to = 2026-03-09 11:15
+++
`;
    const it = await preview(t, 'moment', { files: { 'content/maintenance/disks.md': maintenance } });
    const page = await it.open('');
    const step = (name) => page.locator('allclear-preview').getByRole('button', { name }).click();
    const says = (text) => page.locator('main', { hasText: text }).waitFor();
    const notes = () => page.locator('.notes').innerText();
    await says(/First title.*Ongoing for 30 minutes/s);
    await says(/New disks.*in 15 minutes/s);
    const days = page.locator('[data-bars=api]');
    // The last of 90 days is that of the moment.
    assert.equal(await days.getAttribute('data-first'), '2025-12-10');
    assert.equal(await notes(), '');
    await step('Next change');
    await says(/Maintenance in progress.*Ends in 30 minutes/s);
    await step('+1 d');
    await says(/First title.*23 hours 45 minutes ago/s);
    assert.equal(await days.getAttribute('data-first'), '2025-12-11');
    assert.equal(await notes(), '');
    assert.deepEqual(it.errors, []);
  });

  test('keeps many tabs fresh, though a browser opens but six connections', async (t) => {
    const it = await preview(t, 'tabs');
    const pages = [];
    for (let tab = 0; tab < 9; tab += 1) pages.push(await it.open('incidents/first/'));
    it.put(PATH, REPORT.replace('First title', 'Everywhere'));
    await Promise.all(pages.map((page) => page.locator('h1', { hasText: 'Everywhere' }).waitFor()));
  });

  test('shows the theme in a gallery, light and dark', async (t) => {
    const it = await preview(t, 'gallery', { args: [] });
    const page = await it.open('/__allclear/gallery/');
    const frames = page.locator('iframe');
    assert.ok((await frames.count()) >= 40);
    for (const scheme of ['light', 'dark']) {
      const root = page.frameLocator(`iframe.${scheme} >> nth=0`).locator(`html[data-scheme="${scheme}"]`);
      await root.waitFor();
    }
    it.put('themes/default/i18n/en.ftl', 'overall-operational = Not a cloud in the sky\n');
    await page.frameLocator('iframe >> nth=0').locator('h1', { hasText: 'Not a cloud' }).waitFor();
    for (const scheme of ['light', 'dark']) {
      const frame = page.frameLocator(`iframe.${scheme} >> nth=0`);
      await frame.getByRole('link', { name: 'History' }).first().click();
      await frame.locator('h1', { hasText: 'History' }).waitFor();
      await frame.locator(`html[data-scheme="${scheme}"]`).waitFor();
    }
    assert.deepEqual(it.errors, []);
  });
});
