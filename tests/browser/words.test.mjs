// The words of a running outage come first: on the first screen of a phone, under a report's title, in colours of their own.

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { violationsOn } from './checks/axe.mjs';
import { assertNone } from './checks/none.mjs';
import { launch } from './chromium.mjs';
import { LARGE_PAGES, largeSite } from './generated.mjs';
import { serve } from './site.mjs';

const large = await serve(largeSite());
const browser = await launch();
after(() => browser.close());

async function open(address = '', { width = 390, height = 844, ...options } = {}) {
  const page = await browser.newPage({ at: large.at, viewport: { width, height }, ...options });
  await page.goto(large.url + address, { waitUntil: 'networkidle' });
  return page;
}

const bottomOf = (locator) => locator.evaluate((it) => it.getBoundingClientRect().bottom);
const colourOf = (locator, pseudo) => locator.evaluate((it, pseudo) => {
  const { color, backgroundColor } = getComputedStyle(it, pseudo);
  return pseudo ? backgroundColor : color;
}, pseudo);

describe('the first screen of a running outage on a phone', () => {
  for (const javaScriptEnabled of [true, false]) {
    test(`tells what is broken, since when, what is done and when the next word comes; scripts: ${javaScriptEnabled}`, async () => {
      const page = await open('', { javaScriptEnabled });
      assert.equal(await page.locator('.hero ul.hit li').count(), 4);
      assert.equal(await page.locator('.hero ul.hit li').last().innerText(), '+26 more');
      const card = page.locator('article.card').first();
      const parts = [
        page.getByRole('heading', { level: 1 }),
        card.getByRole('link', { name: 'Network outage in the main data centre' }),
        card.getByText('Identified'),
        card.getByText('A core switch failed.'),
        card.locator('time[data-due]'),
        card.locator('time[data-open]'),
      ];
      for (const part of parts) assert(await bottomOf(part) <= 844, await part.innerText());
      await page.close();
    });
  }
});

describe('an open incident\'s page', () => {
  test('has its latest update right under its title, the facts below, and earlier updates last', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await open(LARGE_PAGES.outage, { javaScriptEnabled });
      const after = await page.evaluate(() => document.querySelector('h1').nextElementSibling.innerText);
      assert.match(after, /^Identified[^]*A core switch failed/);
      const text = await page.locator('main').innerText();
      const places = ['A core switch failed', 'Next update', 'Started', 'Affected', 'Earlier updates', 'Requests to most'].map((it) => text.indexOf(it));
      assert.deepEqual(places, [...places].sort((one, other) => one - other), text);
      assert(!places.includes(-1), text);
      await page.close();
    }
  });

  test('components of the same course share a row that names them on request', async () => {
    const page = await open(LARGE_PAGES.outage);
    assert.deepEqual(await page.locator('.affected summary').allInnerTexts(), ['20 components', '6 components']);
    const names = page.locator('.affected details').first().getByRole('link');
    assert.equal(await names.first().isVisible(), false);
    await page.getByText('20 components').click();
    assert.equal(await names.count(), 20);
    assert.equal(await names.last().isVisible(), true);
    await page.goto(large.url + LARGE_PAGES.degraded);
    assert.equal(await page.locator('.affected li > p > a').count(), 1);
    await page.close();
  });
});

test('status and impact are two pills, and only what is over is green', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await open(LARGE_PAGES.outage, { colorScheme });
    const [status, impact] = await page.locator('.eyebrow .pill').all();
    assert.deepEqual([await status.innerText(), await impact.innerText()], ['Identified', 'Critical impact']);
    const [identified, critical] = [await colourOf(status), await colourOf(impact)];
    assert.notEqual(identified, critical);
    await page.goto(large.url + LARGE_PAGES.resolved);
    const resolved = page.locator('.eyebrow .pill').first();
    const green = await page.locator('.eyebrow').evaluate((it) => getComputedStyle(it).getPropertyValue('--ok'));
    assert.equal(await resolved.evaluate((it) => getComputedStyle(it).getPropertyValue('--c')), green);
    await page.goto(`${large.url}incidents/incident-297/`);
    assert.deepEqual(await page.locator('.eyebrow .pill').allInnerTexts(), ['Resolved', 'Major impact']);
    assert.equal(await colourOf(page.locator('.eyebrow .pill').last()), critical);
    assertNone(await violationsOn(page));
    await page.close();
  }
});

test('dots of a timeline have the colours of statuses, in forced colours a shape each', async () => {
  const page = await open(LARGE_PAGES.resolved);
  const dots = page.locator('.updates > li');
  assert.deepEqual(await dots.locator('h3').evaluateAll((all) => all.map((it) => it.firstChild.data.trim())), ['Resolved', 'Identified', 'Investigating']);
  const colours = await Promise.all((await dots.all()).map((dot) => colourOf(dot, '::before')));
  assert.equal(new Set(colours).size, 3, colours.join());
  await page.emulateMedia({ forcedColors: 'active' });
  const shapes = await dots.evaluateAll((all) => all.map((it) => {
    const { borderStyle, borderWidth } = getComputedStyle(it, '::before');
    return `${borderStyle} ${borderWidth}`;
  }));
  assert.equal(new Set(shapes).size, 3, shapes.join());
  await page.close();
});

describe('times', () => {
  const textOf = (locator) => locator.evaluate((it) => it.innerText.replace(/\s+/g, ' ').trim());

  test('say how far away first, then the reader\'s own, then the site\'s', async () => {
    const page = await open('', { timezoneId: 'America/New_York' });
    const card = page.locator('article.card').first();
    const metas = await card.locator('p.meta').all();
    assert.equal(await textOf(metas[0]), '20 minutes ago 06:40 your time 21 November 2026, 12:40 CET');
    assert.equal(await textOf(metas[1]), 'Next update in 30 minutes 07:30 your time 21 November 2026, 13:30 CET');
    assert.match(await textOf(metas[2]), /^Ongoing for 58 minutes 06:02 your time since 21 November 2026, 12:02 CET/);
    await page.close();
  });

  test('have 12 hours or 24 as the reader\'s language does, the site\'s too', async () => {
    const page = await open('', { locale: 'en-US', timezoneId: 'America/New_York' });
    const first = page.locator('article.card').first().locator('p.meta').first();
    assert.equal(await textOf(first), '20 minutes ago 6:40 AM your time 21 November 2026, 12:40 PM CET');
    await page.evaluate(() => { globalThis.allclearNow = Date.now() + 60_000; document.dispatchEvent(new Event('visibilitychange')); });
    assert.equal(await textOf(first), '21 minutes ago 6:40 AM your time 21 November 2026, 12:40 PM CET');
    assert.doesNotMatch(await page.locator('main').innerText(), /\b(1[3-9]|2[0-3]):\d\d\b|[AP]M [AP]M/);
    await page.close();
  });

  test('name the weekday of what is planned, and in the reader\'s zone where that is another day', async () => {
    const page = await open(LARGE_PAGES.planned, { timezoneId: 'Asia/Tokyo' });
    const planned = page.locator('.facts dd').first();
    assert.equal(await textOf(planned), 'In 7 days 9 hours Sunday, 29 November, 06:00 – 10:00 your time '
      + 'Saturday, 28 November 2026, 22:00 CET – Sunday, 29 November 2026, 02:00 CET');
    await page.close();
  });

  test('never break inside, but between both ends of a span, or a day and its clocks', async () => {
    for (const width of [320, 390, 744, 1280]) {
      for (const address of ['', LARGE_PAGES.outage, LARGE_PAGES.planned, LARGE_PAGES.postmortem, 'history/2026-10/']) {
        const page = await open(address, { width, timezoneId: 'Asia/Kathmandu' });
        const broken = await page.evaluate(() => [...document.querySelectorAll('time, .own')].flatMap((it) => {
          if (!it.checkVisibility()) return [];
          const pieces = it.firstElementChild ? [...it.children] : [it];
          return pieces.filter((piece) => {
            // What has no room on a line of its own breaks, on the narrowest screen, or in a language of longer words.
            const room = piece.closest('p, dd, h3, td, th, div, body').clientWidth;
            const range = document.createRange();
            range.selectNodeContents(piece);
            piece.style.whiteSpace = 'nowrap';
            const isTooLong = range.getBoundingClientRect().width > room;
            piece.style.whiteSpace = '';
            if (isTooLong) return false;
            return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
          }).map((piece) => piece.textContent);
        }));
        assertNone(broken.map((text) => `${address} ${width}: ${text}`));
        await page.close();
      }
    }
  });
});

test('a component\'s page and its group\'s have the open incident as a card at the top', async () => {
  for (const address of ['components/c0/', 'groups/g0/']) {
    const page = await open(address, { javaScriptEnabled: false });
    const card = page.locator('article.card.open');
    assert.equal(await card.count(), 1);
    assert.match(await card.innerText(), /Identified[^]*A core switch failed[^]*Next update[^]*Since 21 November 2026, 12:02 CET/);
    assert(await bottomOf(card.getByText('A core switch failed.')) <= 844);
    await Promise.all([page.waitForURL('**/incidents/network-outage/'), card.getByRole('link').first().click()]);
    await page.goto(`${large.url}components/c59/`);
    assert.equal(await card.count(), 0);
    await page.close();
  }
});

test('a maintenance that is planned or runs can be added to a calendar', async () => {
  for (const [address, slugs] of [
    ['', ['running', 'planned', 'planned-later']],
    [LARGE_PAGES.planned, ['planned']],
    [LARGE_PAGES.running, ['running']],
    ['maintenance/moved-2025/', []],
  ]) {
    const page = await open(address, { javaScriptEnabled: false });
    const links = await page.getByRole('link', { name: 'Add to calendar' }).evaluateAll((all) => all.map((it) => it.href));
    assert.deepEqual(links, slugs.map((slug) => `${large.url}maintenance/${slug}.ics`));
    for (const link of links) assert.match(await (await fetch(link)).text(), /^BEGIN:VCALENDAR\r\n[^]*\r\nSUMMARY:/);
    await page.close();
  }
});

describe('bars', () => {
  test('say where they begin and end, on every page and width', async () => {
    for (const [address, width, first] of [['', 1280, 90], ['', 744, 60], ['', 390, 30], ['components/c0/', 390, 90], ['groups/g0/', 1280, 90]]) {
      const date = { 90: '24 August', 60: '23 September', 30: '23 October' }[first];
      for (const [javaScriptEnabled, ends] of [[true, [`${first} days ago`, 'Today']], [false, [date, '21 November']]]) {
        const page = await open(address, { width, javaScriptEnabled });
        const axis = page.locator('.axis:visible').first();
        assert.deepEqual(await axis.locator('span:visible').allInnerTexts(), ends, `${address} ${width}`);
        await page.close();
      }
    }
  });

  test('tell the day under a finger that moves along them', async () => {
    const page = await open('components/c0/', { hasTouch: true, isMobile: true });
    await page.locator('.bw[role=slider]').scrollIntoViewIfNeeded();
    const { x, y, width } = await page.locator('.bw[role=slider]').boundingBox();
    const touch = await page.context().newCDPSession(page);
    const at = (place) => ({ x: x + (width * (place + 0.5)) / 90, y: y + 20 });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at(80)] });
    for (const [place, day] of [[70, '2 November 2026'], [60, '23 October 2026'], [88, '20 November 2026']]) {
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [at(place)] });
      await page.locator('.told .when', { hasText: day }).waitFor({ timeout: 3000 });
    }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await page.waitForTimeout(400);
    assert.equal(await page.locator('.told').isVisible(), true);
    await page.close();
  });
});

describe('the range of bars', () => {
  test('is 30 or 90 days on the front page, as the screen has room for or as its reader asks', async () => {
    for (const [width, first] of [[390, 30], [1280, 90]]) {
      const page = await open('', { width });
      const pressed = page.locator('.ranges [aria-pressed=true]');
      assert.equal(await pressed.innerText(), `${first} days`);
      const axis = page.locator('.axis:visible').first();
      for (const days of [90, 30]) {
        await page.getByRole('button', { name: `${days} days` }).press('Enter');
        assert.equal(await pressed.innerText(), `${days} days`);
        assert.deepEqual(await axis.locator('span:visible').allInnerTexts(), [`${days} days ago`, 'Today']);
        const bar = page.locator('.bw[role=slider]:visible').first();
        await bar.focus();
        await bar.press('Home');
        assert.equal(await bar.getAttribute('aria-valuenow'), `${91 - days}`);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
      }
      await page.close();
    }
  });

  test('is up to a year on a component\'s page, with the figure of those days', async () => {
    const page = await open('components/c0/', { width: 1280 });
    const title = page.locator('section h2').first();
    const before = await title.innerText();
    assert.match(before, /^Past 90 days/);
    await page.getByRole('button', { name: '365 days' }).click();
    const bar = page.locator('.whole[role=slider]');
    await bar.waitFor();
    assert.match(await title.innerText(), /^Past 365 days\s+\d\d\.\d\d%$/);
    await bar.focus();
    await bar.press('Home');
    assert.match(await bar.getAttribute('aria-valuetext'), /^22 November 2025: /);
    // Each day that the page's table names is told as the table has it.
    const rows = await page.locator('[id^="_202"]').evaluateAll((all) => all.map((it) => it.id.slice(1)));
    const told = await bar.locator('svg').evaluate((it) => it.dataset.days.split(' ').map((day) => {
      const date = new Date(Date.parse(it.dataset.first) + parseInt(day) * 86_400_000);
      return date.toISOString().slice(0, 10);
    }));
    assert(told.length > 3, told.join());
    assert.deepEqual(told.toReversed(), rows.filter((date) => date >= '2025-11-22'));
    await page.getByRole('button', { name: '90 days' }).click();
    assert.equal(await title.innerText(), before);
    await page.close();
  });

  test('has no switch without scripts', async () => {
    for (const address of ['', 'components/c0/', 'groups/g0/']) {
      const page = await open(address, { javaScriptEnabled: false });
      assert.equal(await page.locator('.ranges').isVisible(), false);
      await page.close();
    }
  });
});
