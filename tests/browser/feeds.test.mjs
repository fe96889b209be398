// Feeds opened in a browser: a readable page instead of raw XML.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { launch } from './chromium.mjs';
import { BASE_URL, MOMENTS, buildSite } from './site.mjs';

const TYPES = { atom: 'application/atom+xml', rss: 'application/rss+xml', css: 'text/css' };

const dir = buildSite('feeds');
const browser = await launch();
after(() => browser.close());

for (const [feed, content] of [['history.atom', 'content'], ['history.rss', 'item > description'], ['updates.atom', 'content']]) {
  test(`${feed} is readable in a browser`, async () => {
    const page = await browser.newPage({ at: MOMENTS.calm });
    await page.route(`${BASE_URL}**`, (route) => {
      const path = new URL(route.request().url()).pathname.slice(new URL(BASE_URL).pathname.length);
      return route.fulfill({ path: join(dir, path), contentType: `${TYPES[path.split('.').pop()]}; charset=utf-8` });
    });
    await page.goto(`${BASE_URL}${feed}`);
    const shown = await page.evaluate((hidden) => ({
      intro: getComputedStyle(document.documentElement, '::before').content,
      titles: [...document.querySelectorAll('entry > title, item > title')].filter((it) => it.getClientRects().length > 0).length,
      entries: document.querySelectorAll('entry, item').length,
      raw: [...document.querySelectorAll(hidden)].filter((it) => it.getClientRects().length > 0).length,
    }), content);
    assert.match(shown.intro, /feed/);
    assert.ok(shown.entries > 5);
    assert.equal(shown.titles, shown.entries);
    assert.equal(shown.raw, 0, 'escaped HTML is nothing to read');
    await page.close();
  });
}
