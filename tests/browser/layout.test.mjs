// Pages with long words, of a language that runs from right to left, and of large and small sites, at every width.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { assertNone } from './checks/none.mjs';
import { launch } from './chromium.mjs';
import { LARGE_PAGES, largeSite, smallSite } from './generated.mjs';
import { ROOT, buildSite, filesOf, fullestOfEachKind, serve } from './site.mjs';

const WIDTHS = [320, 390, 744, 1280];
const AT = '2026-05-02T00:00:00Z';

const built = (name) => serve(buildSite(`layout-${name}`, { site: join(ROOT, 'tests/browser/sites', name), now: AT }));
const longWords = await built('long-words');
const rightToLeft = await built('right-to-left');
const large = await serve(largeSite());
const small = await serve(smallSite());
const browser = await launch();
after(() => browser.close());

/** Opens pages of a site once each (default: all) and collects what `look(page)` finds on them. */
async function onEachPage(site, look, files = filesOf(site.dir, '.html')) {
  const found = [];
  const page = await browser.newPage({ at: site.at, viewport: { width: 1280, height: 900 } });
  for (const file of files) {
    await page.goto(site.url + site.addressOf(file), { waitUntil: 'load' });
    found.push(...(await look(page)).map((what) => `${file}: ${what}`));
  }
  await page.close();
  return found;
}

/** What reaches out of the window at any width, but for what scrolls inside itself. Runs in the page. */
function reachingOut() {
  const { clientWidth, scrollWidth } = document.documentElement;
  const scrolls = (it) => it && it !== document.body && (getComputedStyle(it).overflowX !== 'visible' || scrolls(it.parentElement));
  const outside = [...document.body.querySelectorAll('*')].filter((it) => {
    const { left, right, width } = it.getBoundingClientRect();
    return width && (left < -1 || right > clientWidth + 1) && !it.closest('.skip, .voice') && !scrolls(it);
  });
  const sideways = scrollWidth > clientWidth ? [`scrolls to ${scrollWidth}px`] : [];
  return [...sideways, ...outside.slice(0, 3).map((it) => it.outerHTML.slice(0, 80))];
}

const pagesOfLarge = [...new Set([...fullestOfEachKind(large.dir, 1), ...Object.values(LARGE_PAGES).map((path) => `${path}index.html`)])];
for (const [name, site, files] of [
  ['long words', longWords],
  ['right to left', rightToLeft],
  ['one component', small],
  ['60 components', large, pagesOfLarge],
]) {
  test(`${name}: no page scrolls sideways or cuts anything off`, async () => {
    assertNone(await onEachPage(site, async (page) => {
      const found = [];
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        found.push(...(await page.evaluate(reachingOut)).map((what) => `${width}: ${what}`));
      }
      return found;
    }, files));
  });
}

describe('right to left', () => {
  const open = async (address = '', width = 1280) => {
    const page = await browser.newPage({ at: AT, viewport: { width, height: 900 } });
    await page.goto(rightToLeft.url + address, { waitUntil: 'networkidle' });
    return page;
  };

  test('pages say their language and direction, and what authors wrote has its own', async () => {
    const names = ['حالة المتجر', 'المتجر', 'الدفع', 'API (v2)', 'توقف الدفع في API!', 'API is slow!', 'نقل الخوادم', 'عن هذه الصفحة',
      'Shop (beta)', 'طرف ثالث', 'DNS (!)', 'Alert on errors!', 'فريق الدفع', 'Reads & writes!', 'We found the cause!'];
    assertNone(await onEachPage(rightToLeft, (page) => page.evaluate((names) => {
      const { lang, dir } = document.documentElement;
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, ({ data, parentElement }) => (
        names.includes(data.trim()) && !parentElement.closest('script') ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP
      ));
      const found = lang === 'ar' && dir === 'rtl' ? [] : [`lang="${lang}" dir="${dir}"`];
      while (texts.nextNode()) {
        const { data, parentElement } = texts.currentNode;
        if (!parentElement.closest('[dir=auto], bdi')) found.push(`${data} has the page's direction`);
      }
      return found;
    }, names)));
  });

  test('titles stand at the right in either script, texts as their own words run', async () => {
    const page = await open('incidents/2026-05-01-slow/');
    const placed = (selector) => page.locator(selector).first().evaluate((it) => {
      const range = document.createRange();
      range.selectNodeContents(it);
      const [around, text] = [it.getBoundingClientRect(), range.getBoundingClientRect()];
      return text.right > around.right - 2 ? 'right' : text.left < around.left + 2 ? 'left' : 'between';
    });
    assert.equal(await placed('h1'), 'right');
    assert.equal(await placed('.prose p'), 'left');
    await page.goto(`${rightToLeft.url}incidents/2026-04-30-checkout/`);
    assert.deepEqual(
      [await placed('.updates li:nth-child(2) .prose p'), await placed('.updates li:nth-child(3) .prose p')],
      ['left', 'right'],
    );
    assert.equal(await page.locator('.prose code').first().evaluate((it) => getComputedStyle(it).direction), 'ltr');
    await page.close();
  });

  test('sentences that are not translated run from left to right, with their ends', async () => {
    const page = await open();
    const edges = await page.getByText('Each bar is one day').evaluate((it) => {
      const text = it.firstChild;
      const at = (place) => {
        const range = document.createRange();
        range.setStart(text, place);
        range.setEnd(text, place + 1);
        return range.getBoundingClientRect().left;
      };
      return [at(text.data.indexOf('Each')), at(text.data.indexOf('days.') + 4)];
    });
    assert.ok(edges[0] < edges[1], edges.join());
    assert.equal(await page.getByText('Each bar is one day').evaluate((it) => it.textContent.at(0)), '\u2066');
    assert.doesNotMatch(await page.getByRole('navigation').first().textContent(), /\u2066/, 'what is translated has no mark');
    await page.close();
  });

  test('time runs from right to left in bars, under the pointer and by keys', async () => {
    for (const width of [1280, 390]) {
      const page = await open('', width);
      const bar = page.locator('.bw[role=slider]').first();
      await bar.scrollIntoViewIfNeeded();
      const { x, y, width: whole } = await bar.boundingBox();
      await page.mouse.move(x + 4, y + 10);
      assert.equal(await page.locator('.told .when').textContent(), '2 مايو 2026', `${width}`);
      await page.mouse.move(x + whole - 4, y + 10);
      const firstDay = { 1280: '2 February 2026', 390: '3 أبريل 2026' }[width];
      // A name that is not translated is isolated.
      assert.equal((await page.locator('.told .when').textContent()).replace(/[\u2066\u2069]/g, ''), firstDay);
      await page.mouse.move(0, 0);
      await bar.focus();
      await bar.press('End');
      await bar.press('ArrowRight');
      assert.match(await bar.getAttribute('aria-valuetext'), /^1 مايو 2026:/);
      await bar.press('ArrowLeft');
      assert.match(await bar.getAttribute('aria-valuetext'), /^2 مايو 2026:/);
      await page.close();
    }
  });
});
