// The uptime of every component: nothing of it is out of sight at any width, and targets are held against the files beside it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { launch } from './chromium.mjs';
import { LARGE_OUTAGE, largeSite } from './generated.mjs';
import { serve } from './site.mjs';

const site = await serve(largeSite({ name: 'uptime-large' }));
const browser = await launch();
after(() => browser.close());

async function open(address, width, options = {}) {
  const page = await browser.newPage({ at: LARGE_OUTAGE, viewport: { width, height: 900 }, ...options });
  await page.goto(site.url + address, { waitUntil: 'networkidle' });
  return page;
}

test('periods stand in the order in which they are asked for', async () => {
  const page = await open('uptime/', 1280);
  assert.deepEqual(await page.locator('thead th').allInnerTexts(), [
    'Component', '90 days', 'This month', 'This quarter', '12 months', 'Oct', 'Sep', 'Aug', 'Jul', 'Jun', 'May', 'Apr', 'Mar', 'Feb', 'Jan', 'Dec',
  ]);
  const [group, member] = await page.locator('tbody').nth(1).locator('tr').all();
  assert.equal(await group.locator('th').getAttribute('scope'), 'rowgroup');
  assert.equal(await group.getByRole('link').innerText(), 'Payments');
  assert.equal(await member.getByRole('link').innerText(), 'Payments Web');
  await page.close();
});

for (const width of [320, 390, 744, 1024, 1280]) {
  for (const address of ['uptime/', 'uptime/2025/', 'components/c0/']) {
    test(`/${address} shows every figure at ${width} px, the total beside the name`, async () => {
      const page = await open(address, width);
      const found = await page.evaluate(() => [...document.querySelectorAll('.uptimes tbody tr')].flatMap((row) => {
        const inside = [...row.querySelectorAll('td')].filter((cell) => {
          const range = document.createRange();
          range.selectNodeContents(cell.querySelector('b') ?? cell);
          const { left, right } = range.getBoundingClientRect();
          const around = cell.getBoundingClientRect();
          return left < 0 || right > innerWidth || left < around.left - 1 || right > around.right + 1 || !cell.checkVisibility();
        });
        const [name, total] = ['a', 'td'].map((part) => (row.querySelector(`th ${part}`) ?? row.querySelector(part) ?? row.firstChild).getBoundingClientRect());
        const apart = total.top > name.bottom || total.bottom < name.top ? ['the total stands elsewhere'] : [];
        return [...inside.map((cell) => cell.outerHTML), ...apart];
      }));
      assert.deepEqual(found, []);
      await page.close();
    });
  }
}

test('a month that misses its target is marked, and what the current one has left is counted', async () => {
  const text = readFileSync(join(site.dir, 'uptime/2026-totals.csv'), 'utf8').trim().split('\r\n');
  const [, ...rows] = text.map((line) => line.split(','));
  // Files count up to their as-of, as pages do without scripts.
  const page = await open('uptime/', 1280, { javaScriptEnabled: false });
  const lines = await page.locator('tbody tr:has([scope=row])').evaluateAll((all) => all.map((row) => ({
    id: row.querySelector('a').getAttribute('href').match(/components\/(.*)\//)[1],
    left: row.querySelector('small').innerText,
    isMissed: row.querySelector('[data-label="This month"]').matches('.missed'),
    isOctoberMissed: row.querySelector('[data-label=Oct]').matches('.missed'),
  })));
  assert.equal(lines.length, 60);
  for (const { id, left, isMissed, isOctoberMissed } of lines) {
    const [, , , , partial, major] = rows.find(([component, period]) => component === id && period === '2026-11').map(Number);
    const seconds = Math.floor((0.001 * 30 * 86_400 * 100 - 30 * partial - 100 * major) / 100);
    const minutes = Math.floor(Math.abs(seconds) / 60);
    const words = [[Math.floor(minutes / 60), 'hour'], [minutes % 60, 'minute']]
      .filter(([count]) => count).map(([count, unit]) => `${count} ${unit}${count > 1 ? 's' : ''}`).join(' ');
    if (minutes) assert.equal(left.replace(/\s+/g, ' '), `${words} ${seconds < 0 ? 'over' : 'left'} this month`, id);
    assert.equal(isMissed, seconds < 0, id);
    const october = rows.find(([component, period]) => component === id && period === '2026-10');
    assert.equal(isOctoberMissed, Number(october[7]) < 99.9, id);
  }
  const looks = await page.locator('.missed b').first().evaluate((it) => getComputedStyle(it).textDecorationLine);
  assert.equal(looks, 'underline');
  await page.close();
});

test('a component\'s page says what its target leaves, marks months that missed it, and counts on', async () => {
  const rows = readFileSync(join(site.dir, 'uptime/2026-totals.csv'), 'utf8').trim().split('\r\n').map((line) => line.split(','));
  const page = await browser.newPage({ from: LARGE_OUTAGE, viewport: { width: 1280, height: 900 } });
  await page.goto(`${site.url}components/c0/`, { waitUntil: 'networkidle' });
  const said = () => page.locator('[data-target]').innerText().then((text) => text.replace(/\s+/g, ' '));
  const left = () => Number(/over this month/.test(text) ? -1 : 1) * minutesOf(text);
  const minutesOf = (words) => Number(/(\d+) hour/.exec(words)?.[1] ?? 0) * 60 + Number(/(\d+) minute/.exec(words)?.[1] ?? 0);
  let text = await said();
  assert.match(text, /^Target 99\.9% · .* this month$/);
  const before = left();
  await page.clock.fastForward(30 * 60_000);
  text = await said();
  assert.equal(before - left(), 30, text);
  const missed = await page.locator('.years tbody tr').first().locator('td.missed').evaluateAll((all) => all.map((it) => it.dataset.period));
  const expected = rows.filter(([component, period, , , , , , percent]) => component === 'c0' && period.length === 7 && Number(percent) < 99.9);
  assert.deepEqual(missed.sort(), [...new Set([...expected.map(([, period]) => period), ...(left() < 0 ? ['2026-11'] : [])])].sort());
  await page.close();
});

test('cells of months have the colour of their worst day, and a pattern beside it', async () => {
  for (const address of ['uptime/', 'uptime/2025/', 'components/c0/']) {
    for (const forcedColors of ['none', 'active']) {
      const page = await browser.newPage({ at: LARGE_OUTAGE, forcedColors });
      await page.goto(site.url + address, { waitUntil: 'networkidle' });
      const looks = await page.evaluate(() => [...'019dmn'].map((level) => {
        const cell = document.querySelector('.uptimes td[class^=b]');
        cell.className = `b${level}`;
        const { backgroundImage, backgroundSize } = getComputedStyle(cell);
        // What is left of it without a hue.
        return `${backgroundImage.replace(/(rgb|color|oklab)[^%]*?\)(?= )/g, 'ink')} ${backgroundImage === 'none' ? '' : backgroundSize}`;
      }));
      assert.equal(looks[0], looks[5], 'days without trouble and without data have none');
      assert.equal(new Set(looks).size, 5, looks.join('\n'));
      await page.close();
    }
  }
  const page = await open('components/c0/', 1280);
  const levels = await page.locator('.years td[data-period]:not(.total)').evaluateAll((all) => all.map((it) => it.className[1]));
  assert(levels.includes('d') || levels.includes('m') || levels.some((level) => level > 0), levels.join());
  await page.close();
});

test('the colour of a month lies below its figure, in rows of groups and of long names too', async () => {
  for (const width of [390, 1280]) {
    const page = await open('uptime/', width);
    const crossed = await page.locator('tbody td[class*=b]:not(.b0, .bn)').evaluateAll((all) => all.filter((it) => {
      const { backgroundPosition, backgroundSize, height } = getComputedStyle(it);
      const line = parseFloat(backgroundSize.split(' ')[1]);
      const [, part, more = 0] = /^\S+ (?:calc\()?(\S+?)(?: \+ (\S+)px\))?$/.exec(backgroundPosition);
      const top = part.endsWith('%') ? (it.clientHeight - line) * parseFloat(part) / 100 + Number(more) : parseFloat(part);
      const range = document.createRange();
      range.selectNodeContents(it.querySelector('b') ?? it);
      const { bottom } = range.getBoundingClientRect();
      // Figures have no letters below the line.
      return bottom - it.getBoundingClientRect().top - 4 > top || !height;
    }).map((it) => it.closest('tr').innerText.split('\n')[0]));
    assert.deepEqual(crossed, [], `${width}`);
    await page.close();
  }
});
