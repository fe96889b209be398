// What a reader does with a page: walks its bars, opens groups, switches colours, hands on an update's address, prints.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { violationsOn } from './checks/axe.mjs';
import { assertNone } from './checks/none.mjs';
import { openingProblems } from './checks/pages.mjs';
import { weightOf } from './checks/weight.mjs';
import { WIDTHS, launch } from './chromium.mjs';
import { MOMENTS, OUTPUT_ROOT, buildSite, serve } from './site.mjs';

const OUTAGE = 'incidents/2024-05-05-web-services-outage/';
const DONATIONS = 'incidents/2024-04-16-donations-fail-for-some/';
const MAINTENANCE = 'maintenance/2027-01-17-payments-api-clusters/';

const calm = await serve(buildSite('look-calm', { now: MOMENTS.calm }));
const outage = await serve(buildSite('look-outage', { now: MOMENTS.outage }));
const browser = await launch();
after(() => browser.close());

/** Opens an address as its reader would at the site's own moment. */
async function open(site, address = '', { width = WIDTHS.desk, permissions, ...options } = {}) {
  const context = await browser.newContext({ at: site.at, viewport: { width, height: 900 }, permissions, ...options });
  const page = await context.newPage();
  await page.goto(site.url + address, { waitUntil: 'networkidle' });
  return page;
}

describe('bars', () => {
  const barOf = (page, name) => page.getByRole('slider', { name: new RegExp(`^${name}:`) });

  test('each component is one tab stop, named by its summary', async () => {
    const page = await open(calm);
    const names = await page.locator('.components .bars').evaluateAll((all) => (
      all.filter((bars) => !bars.closest('summary')).map((bars) => bars.getAttribute('aria-label'))
    ));
    const stops = page.locator('.components [tabindex="0"]');
    assert.deepEqual(await stops.evaluateAll((all) => all.map((it) => it.getAttribute('aria-label'))), names);
    assert(names.every((name) => /uptime/.test(name)), names.join('\n'));
    await page.context().close();
  });

  test('arrow keys walk the days and tell what each held', async () => {
    const page = await open(calm);
    const bar = barOf(page, 'Giving site');
    await bar.focus();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await bar.getAttribute('aria-valuetext'), '20 November 2026: No incidents');
    for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowLeft');
    assert.equal(await bar.getAttribute('aria-valuetext'), '15 November 2026: Under maintenance 2 hours 20 minutes');
    const link = page.locator('.told a');
    await link.waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await link.evaluate((it) => it === document.activeElement), true);
    await Promise.all([page.waitForURL('**/maintenance/2026-11-15-giving-data-store/'), page.keyboard.press('Enter')]);
    await page.context().close();
  });

  test('what days held is asked for on first use, and once', async () => {
    const page = await open(calm);
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    const bar = barOf(page, 'Receipt e-mails');
    await bar.focus();
    await bar.press('Home');
    for (let step = 0; step < 89; step += 1) await bar.press('ArrowRight');
    await page.waitForLoadState('networkidle');
    assert.deepEqual(asked.filter((url) => url.endsWith('days.json')), [`${calm.url}components/receipts/days.json`]);
    await page.context().close();
  });

  test('a day without a report says so, and Escape puts it away', async () => {
    const page = await open(calm);
    const bar = barOf(page, 'Receipt e-mails');
    const recorded = Number((await bar.locator('svg').getAttribute('data-days')).split(':')[0]);
    await bar.focus();
    await bar.press('Home');
    for (let step = 0; step < recorded; step += 1) await bar.press('ArrowRight');
    await page.getByText('Recorded downtime, no report').waitFor();
    await bar.press('Escape');
    assert.equal(await page.locator('.told').isVisible(), false);
    await page.context().close();
  });

  test('the pointer shows a day, and what is told stays while it is read', async () => {
    const page = await open(calm);
    const box = await barOf(page, 'Giving site').boundingBox();
    await page.mouse.move(box.x + (box.width * 83.5) / 90, box.y + box.height / 2);
    const told = page.locator('.told');
    await told.getByRole('link').waitFor();
    assert.match(await told.innerText(), /^15 November 2026\s+Under maintenance\s+2 hours 20 minutes/);
    await told.getByRole('link').hover();
    await page.waitForTimeout(400);
    assert.equal(await told.isVisible(), true);
    await page.mouse.move(5, 5);
    await told.waitFor({ state: 'hidden' });
    await page.context().close();
  });

  test('a tap shows a day, and one elsewhere puts it away', async () => {
    const page = await open(calm, '', { width: WIDTHS.phone, hasTouch: true, isMobile: true });
    const box = await barOf(page, 'Giving site').boundingBox();
    await page.touchscreen.tap(box.x + (box.width * 23.5) / 30, box.y + box.height / 2);
    assert.match(await page.locator('.told').innerText(), /^15 November 2026/);
    await page.touchscreen.tap(200, 20);
    assert.equal(await page.locator('.told').isVisible(), false);
    await page.context().close();
  });

  for (const [width, first] of [[1280, 1], [768, 31], [390, 61]]) {
    test(`${91 - first} days are shown at ${width} px`, async () => {
      const page = await open(calm, '', { width });
      const bar = barOf(page, 'Giving site');
      await bar.focus();
      await bar.press('Home');
      assert.equal(await bar.getAttribute('aria-valuenow'), String(first));
      const inside = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
      assert.equal(inside, true);
      await page.context().close();
    });
  }

  test('what is told passes axe in both schemes', async () => {
    for (const colorScheme of ['light', 'dark']) {
      const page = await open(calm, '', { colorScheme, reducedMotion: 'reduce' });
      const bar = barOf(page, 'Giving site');
      await bar.focus();
      for (let step = 0; step < 6; step += 1) await bar.press('ArrowLeft');
      await page.locator('.told a').waitFor();
      assertNone(await violationsOn(page));
      await page.context().close();
    }
  });

  test('a component\'s page holds the same days as a table', async () => {
    const page = await open(calm, 'components/giving/');
    const row = page.getByRole('row', { name: /15 November 2026/ });
    assert.match(await row.innerText(), /Under maintenance\s+2 hours 20 minutes/);
    await page.context().close();
  });
});

describe('the front page', () => {
  test('its title begins with the state, and its icon shows it', async () => {
    for (const [site, state] of [[calm, 'All systems operational'], [outage, 'Partial system outage']]) {
      const page = await open(site);
      assert.match(await page.title(), new RegExp(`^${state} – `));
      assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), state);
      await page.context().close();
    }
    const icon = async (site) => (await (await fetch(`${site.url}favicon.svg`)).text());
    assert.notEqual(await icon(calm), await icon(outage));
  });

  test('what is fine says so without a word that is seen, so that trouble stands out', async () => {
    const page = await open(outage);
    const wordOf = (name) => page.locator('.row', { has: page.getByRole('link', { name, exact: true }) }).locator('.state');
    const isSeen = (word) => word.evaluate((it) => getComputedStyle(it).clipPath === 'none');
    assert.equal(await isSeen(wordOf('Hosted websites')), true);
    assert.equal(await isSeen(wordOf('Giving site')), false);
    assert.match(await page.locator('.components').ariaSnapshot(), /Giving site.*Operational/s);
    await page.context().close();
  });

  test('a group opens by itself when a member is not fine', async () => {
    const page = await open(await serve(many(30)));
    const groups = page.locator('details.group');
    assert.deepEqual(await groups.evaluateAll((all) => all.map((it) => it.open)), [true, false, false]);
    const bars = groups.nth(1).locator('summary .bars');
    await bars.hover();
    assert.equal(await page.locator('.told').isVisible(), true);
    await page.context().close();
  });

  test('of more than 60 components it shows groups, which hold the rest', async () => {
    const site = await serve(many(300));
    const page = await open(site);
    assert.equal(await page.locator('.components .row').count(), 3);
    assert(weightOf(site, 'index.html') < 30 * 1024);
    await page.getByRole('link', { name: 'Group 1', exact: true }).click();
    await page.waitForLoadState();
    assert.equal(await page.locator('.row').count(), 100);
    await page.context().close();
  });
});

describe('an incident\'s page', () => {
  test('hands on the address of an update', async () => {
    const page = await open(calm, DONATIONS, { permissions: ['clipboard-read', 'clipboard-write'] });
    const update = page.locator('.updates > li').last();
    await update.getByRole('button', { name: 'Copy link' }).click();
    await update.getByText('Copied').waitFor();
    const address = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(address, `${calm.url}${DONATIONS}#${await update.getAttribute('id')}`);
    await page.context().close();
  });

  test('states what it is about to search engines, within the policy', async () => {
    const expected = [[DONATIONS, 'LiveBlogPosting'], [OUTAGE, 'Article'], [MAINTENANCE, 'Event']];
    for (const [address, type] of expected) {
      const page = await open(calm, address);
      const data = JSON.parse(await page.locator('script[type="application/ld+json"]').textContent());
      assert.equal(data['@type'], type);
      assert.equal(data.url, await page.locator('link[rel=canonical]').getAttribute('href'));
      assert.notEqual(data.about.length, 0);
      if (type === 'Event') {
        const description = await page.locator('meta[name=description]').getAttribute('content');
        assert.match(description, /^Scheduled · Sunday, 17 January 2027, 00:00 – 02:00 CST · /);
        assert.equal(data.location['@type'], 'VirtualLocation');
      }
      for (const property of ['og:title', 'og:description', 'og:url']) {
        assert.notEqual(await page.locator(`meta[property="${property}"]`).getAttribute('content'), '');
      }
      await page.context().close();
    }
  });

  test('carries its colour once, however tall the window', async () => {
    const page = await open(outage, OUTAGE);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundRepeat), 'no-repeat');
    await page.context().close();
  });

  test('holds the pictures of the states that it shows, and no other', async () => {
    for (const address of [DONATIONS, OUTAGE, MAINTENANCE]) {
      const page = await open(calm, address);
      const [held, used] = await page.evaluate(() => [
        [...document.querySelectorAll('symbol')].map((it) => `#${it.id}`),
        // What a maintenance will show by itself waits in templates.
        [document, ...[...document.querySelectorAll('template')].map((it) => it.content)]
          .flatMap((part) => [...part.querySelectorAll('use')].map((it) => it.getAttribute('href'))),
      ]);
      assert.deepEqual(held.sort(), [...new Set(used)].sort());
      await page.context().close();
    }
  });

  test('prints as an article', async () => {
    const page = await open(calm, OUTAGE, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.top nav').isVisible(), false);
    assert.equal(await page.locator('.postmortem').isVisible(), true);
    const [ink, paper] = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body);
      return [color, backgroundColor];
    });
    assert.equal(ink, 'rgb(26, 31, 36)');
    assert.equal(paper, 'rgba(0, 0, 0, 0)');
    await page.context().close();
  });
});

describe('scripts that come late', () => {
  // Cumulative layout shift: 0.1 is called good; Lighthouse takes points from about 0.05 on.
  for (const width of Object.values(WIDTHS)) {
    test(`move nothing at ${width} px`, async () => {
      for (const address of ['', DONATIONS, MAINTENANCE, 'components/giving/']) {
        const context = await browser.newContext({ at: calm.at, viewport: { width, height: 823 }, timezoneId: 'Europe/Berlin' });
        await context.addInitScript(() => {
          globalThis.shift = 0;
          const add = (list) => list.getEntries().forEach(({ value }) => { globalThis.shift += value; });
          new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
        });
        const page = await context.newPage();
        let release;
        const painted = new Promise((done) => { release = done; });
        await page.route('**/*.js', (route) => painted.then(() => route.continue()));
        await page.goto(calm.url + address, { waitUntil: 'commit' });
        await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
        release();
        await page.locator('.own').first().waitFor({ state: 'attached' });
        await page.waitForLoadState('networkidle');
        const shift = await page.evaluate(() => globalThis.shift);
        assert(shift < 0.05, `/${address}: ${shift.toFixed(3)}`);
        await context.close();
      }
    });
  }
});

describe('colours', () => {
  test('the switch is remembered, before anything is drawn', async () => {
    const page = await open(calm, '', { colorScheme: 'light' });
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    const button = page.locator('.scheme');
    while (await page.evaluate(() => document.documentElement.dataset.scheme) !== 'dark') await button.click();
    const dark = await paper();
    assert.notEqual(dark, light);
    await page.route('**/times.*.js', (route) => route.abort());
    await page.reload();
    assert.equal(await paper(), dark);
    await page.context().close();
  });

  test('more contrast leaves nothing for axe, and forced colours leave states to be told apart', async () => {
    const page = await open(outage, '', { contrast: 'more', reducedMotion: 'reduce' });
    assertNone(await violationsOn(page));
    await page.emulateMedia({ forcedColors: 'active', contrast: null });
    const fills = await page.locator('.row .i').evaluateAll((all) => all.map((it) => getComputedStyle(it).fill));
    const canvas = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert(fills.every((fill) => fill !== canvas && fill !== 'rgba(0, 0, 0, 0)'), fills.join());
    assert.notEqual(await page.getByText('Major outage').count(), 0);
    await page.context().close();
  });
});

test('forced colours distinguish days, in bars and calendars, by more than hue', async () => {
  const page = await open(outage, '', { forcedColors: 'active' });
  const looks = await page.evaluate(() => {
    const bars = document.querySelector('.bars');
    const look = (level, rise) => {
      const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      path.setAttribute('class', `b${level}`);
      bars.append(path);
      const { stroke, strokeDasharray } = getComputedStyle(path);
      return `${stroke} ${strokeDasharray} ${rise}`;
    };
    const { rises } = JSON.parse(document.querySelector('#_known').textContent);
    return [...'0123456789dmn'].map((level, place) => look(level, rises[place]));
  });
  assert.equal(new Set(looks).size, 13, looks.join('\n'));
  await page.goto(`${outage.url}components/websites/`);
  const cells = await page.evaluate(() => [...'09dmn'].map((level) => {
    const cell = document.querySelector('.cal td[class]');
    cell.className = `b${level}`;
    const { backgroundImage, backgroundSize, color, backgroundColor } = getComputedStyle(cell);
    return `${backgroundImage} ${backgroundSize} ${color} ${backgroundColor}`;
  }));
  assert.equal(new Set(cells).size, 5, cells.join('\n'));
  await page.context().close();
});

test('a legend names the colours of days', async () => {
  for (const address of ['', 'components/giving/']) {
    const page = await open(calm, address);
    assert.equal(await page.locator('.legend li').count(), 5);
    assert.match(await page.locator('.legend').innerText(), /Under maintenance\s+Degraded performance/);
    await page.context().close();
  }
});

describe('a site in its own colours', () => {
  const branded = () => {
    const dir = join(OUTPUT_ROOT, 'branded-source');
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(join(dir, 'static/brand'), { recursive: true });
    const logo = (fill) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 28"><rect width="80" height="28" fill="${fill}"/></svg>`;
    writeFileSync(join(dir, 'static/brand/light.svg'), logo('#222'));
    writeFileSync(join(dir, 'static/brand/dark.svg'), logo('#eee'));
    writeFileSync(join(dir, 'static/brand/own.css'), '.foot { letter-spacing: 1px; }');
    const [font] = execFileSync('fc-list', [':fontformat=TrueType', 'file']).toString().split(':');
    copyFileSync(font, join(dir, 'static/brand/own.ttf'));
    writeFileSync(join(dir, 'site.toml'), `
title = "Branded"
base_url = "https://status.test/repo/"
[[components]]
id = "api"
name = "API"
[theme_options]
logo = { light = "/brand/light.svg", dark = "/brand/dark.svg" }
accent = { light = "#006644", dark = "#66ddaa" }
support = "help@example.org"
nav = [{ title = "Product", url = "https://example.org/" }]
footer = [{ title = "Uptime by month", url = "/uptime/" }]
subscribe = [{ title = "By e-mail", url = "https://mail.example.org/" }]
stylesheet = "/brand/own.css"
fonts = [{ family = "Own", file = "/brand/own.ttf", weight = "400" }]
policy = { img-src = ["https://images.example.org"] }
`);
    return buildSite('branded', { site: dir });
  };

  test('shows its logo, colours, fonts and links, and passes axe', async () => {
    const site = await serve(branded());
    assertNone(await openingProblems(browser, site, ['', 'subscribe/', 'components/api/']));
    for (const [colorScheme, link] of [['light', 'rgb(0, 102, 68)'], ['dark', 'rgb(102, 221, 170)']]) {
      const page = await open(site, 'subscribe/', { colorScheme });
      const logos = page.locator('.brand img');
      assert.deepEqual(await logos.evaluateAll((all) => all.map((it) => it.checkVisibility())), [colorScheme === 'light', colorScheme === 'dark']);
      assert.equal(await page.getByRole('link', { name: 'By e-mail' }).evaluate((it) => getComputedStyle(it).color), link);
      assert.equal(await page.locator('.foot').evaluate((it) => getComputedStyle(it).letterSpacing), '1px');
      assert.equal(await page.evaluate(() => [...document.fonts].some((font) => font.family.includes('Own') && font.status === 'loaded')), true);
      assert.equal(await page.getByRole('link', { name: 'help@example.org' }).getAttribute('href'), 'mailto:help@example.org');
      assert.equal(await page.getByRole('link', { name: 'Product' }).getAttribute('href'), 'https://example.org/');
      assertNone(await violationsOn(page));
      await Promise.all([page.waitForURL('**/uptime/'), page.getByRole('link', { name: 'Uptime by month' }).click()]);
      assert.match(await page.locator('meta[http-equiv]').getAttribute('content'), /img-src 'self' data: https:\/\/images\.example\.org/);
      await page.context().close();
    }
  });
});

/** A site of `count` components in three groups, one of which has an open incident. */
function many(count) {
  const dir = join(OUTPUT_ROOT, `many-${count}-source`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(join(dir, 'content/incidents'), { recursive: true });
  const groups = [0, 1, 2].map((ix) => `[[groups]]\nid = "g${ix}"\nname = "Group ${ix}"\n`);
  const components = Array.from({ length: count }, (_, ix) => (
    `[[components]]\nid = "c${ix}"\nname = "Component ${ix}"\ngroup = "g${ix % 3}"\n`
  ));
  const head = 'title = "Many"\nbase_url = "https://status.test/repo/"\n';
  writeFileSync(join(dir, 'site.toml'), [head, ...groups, ...components].join('\n'));
  const report = '+++\ntitle = "Slow"\ncomponents = { c0 = "degraded" }\n+++\n\n## Investigating, 2026-11-21 10:00\n\nSlow.\n';
  writeFileSync(join(dir, 'content/incidents/2026-11-21-slow.md'), report);
  return buildSite(`many-${count}`, { site: dir });
}
