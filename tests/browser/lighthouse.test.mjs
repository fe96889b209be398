// What Lighthouse says of the demo, its performance aside: that is measured by hand, see lighthouse.mjs.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { GOALS, PAGES, launchForLighthouse, scoresOf } from './lighthouse.mjs';
import { buildSite, serve } from './site.mjs';

const categories = Object.keys(GOALS).filter((goal) => goal !== 'performance');
const site = await serve(buildSite('lighthouse-test'), { compress: true });
const chrome = await launchForLighthouse();
after(() => chrome.close());

for (const page of PAGES) {
  test(`Lighthouse gives /${page} full marks for accessibility, best practices and SEO`, async () => {
    const { scores, failed } = await scoresOf(chrome, site, page, categories);
    assert.deepEqual(scores, Object.fromEntries(categories.map((category) => [category, 100])), failed.join('\n'));
  });
}
