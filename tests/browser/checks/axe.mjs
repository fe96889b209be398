// What axe finds on pages, in both colour schemes and at both widths.

import axe from 'axe-core';
import { WIDTHS } from '../chromium.mjs';

/** Every violation on each address below the site's root, as `address scheme width: rule: element`. */
export async function axeProblems(browser, site, addresses) {
  const problems = [];
  for (const colorScheme of ['light', 'dark']) {
    for (const [name, width] of Object.entries(WIDTHS)) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, reducedMotion: 'reduce' });
      const page = await context.newPage();
      for (const address of addresses) {
        await page.goto(site.url + address);
        const found = await violationsOn(page);
        problems.push(...found.map((violation) => `${address || '/'} ${colorScheme} ${name}: ${violation}`));
      }
      await context.close();
    }
  }
  return problems;
}

async function violationsOn(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.any[0]?.message ?? node.failureSummary}`));
}
