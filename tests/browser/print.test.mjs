// Pages on paper: every figure is in the PDF, and nothing is cut off at the width of A4.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pagesOf } from './checks/pdf.mjs';
import { launch } from './chromium.mjs';
import { LARGE_OUTAGE, largeSite, twentyComponents } from './generated.mjs';
import { serve } from './site.mjs';

/** A4 without the margins of the theme, in CSS pixels. */
const A4_WIDTH = Math.floor((210 - 24) / 25.4 * 96);

const large = await serve(largeSite({ name: 'print-large' }));
const twenty = await serve(twentyComponents({ name: 'print-twenty' }));
const browser = await launch();
after(() => browser.close());

const printed = async (page) => pagesOf(await page.pdf({ format: 'A4', preferCSSPageSize: true, printBackground: false }));
const bare = (text) => text.normalize('NFKC').replace(/\s/g, '');

async function open(site, address) {
  const page = await browser.newPage({ at: LARGE_OUTAGE, viewport: { width: A4_WIDTH, height: 900 } });
  await page.goto(site.url + address, { waitUntil: 'networkidle' });
  return page;
}

for (const address of ['uptime/', 'uptime/2025/', 'components/c0/', 'components/c0/2025/', 'groups/g0/']) {
  test(`/${address} has every figure on paper, and its tables fit`, async () => {
    const page = await open(large, address);
    await page.emulateMedia({ media: 'print' });
    const cells = await page.locator('main :is(th, td, caption span)').evaluateAll((all) => all.map((it) => it.innerText));
    const outside = await page.evaluate(() => [...document.querySelectorAll('main :is(th, td)')].filter((it) => {
      const range = document.createRange();
      range.selectNodeContents(it);
      return range.getBoundingClientRect().right > it.getBoundingClientRect().right + 1
        || it.getBoundingClientRect().right > innerWidth + 1;
    }).map((it) => it.outerHTML));
    assert.deepEqual(outside, []);
    const text = bare((await printed(page)).join(''));
    const missing = [...new Set(cells.map(bare))].filter((cell) => !text.includes(cell));
    assert.deepEqual(missing, []);
    await page.close();
  });
}

test('a table that goes over pages has its head on each', async () => {
  const page = await open(large, 'uptime/2025/');
  const sheets = (await printed(page)).map(bare);
  const tables = sheets.filter((text) => text.includes('InternalAPI') && /\d\d\.\d\d99|100\.00/.test(text));
  assert.ok(tables.length && tables.every((text) => text.includes('JanFebMarAprMayJunJulAugSepOctNovDec')));
  await page.close();
});

test('colours stay on paper, and a closed group stays closed', async () => {
  const page = await open(large, '');
  await page.emulateMedia({ media: 'print' });
  const bar = page.locator('.bars').first();
  assert.equal(await bar.evaluate((it) => getComputedStyle(it).printColorAdjust), 'exact');
  const closed = page.locator('details.group:not([open])').first();
  assert.equal(await closed.locator('li').first().isVisible(), false);
  await page.close();
});

test('the front page of twenty components takes two pages', async () => {
  const page = await open(twenty, '');
  const sheets = await printed(page);
  assert.ok(sheets.length <= 2, `${sheets.length}`);
  for (let ix = 0; ix < 20; ix += 1) assert.match(bare(sheets.join('')), new RegExp(`Component${ix}(Degradedperformance)?100.00%`));
  await page.close();
});

test('bars on paper name their first and last day, with scripts as without', async () => {
  const page = await open(large, '');
  const text = bare((await printed(page)).join(''));
  assert.doesNotMatch(text, /daysago|Today/);
  assert.match(text, /24August21November/);
  assert.match(text, /Asof21November2026/);
  assert.doesNotMatch(text, /Latestversion|Addtocalendar|since21/);
  assert.match(await page.locator('.axis').first().innerText(), /days ago\s+Today/);
  await page.close();
});
