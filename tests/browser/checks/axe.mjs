// What axe finds on pages, in both colour schemes and at both widths.

import axe from 'axe-core';
import { WIDTHS } from '../chromium.mjs';

// The dark scheme changes colours alone, so only the rules that look at colours are asked again.
const COLOR_RULES = ['color-contrast', 'link-in-text-block'];

/** Every violation on each address below the site's root, as `address: rule: element, why (where it shows)`. */
export async function axeProblems(browser, site, addresses) {
  const places = new Map();
  const context = await browser.newContext({ at: site.at, reducedMotion: 'reduce' });
  const page = await context.newPage();
  for (const address of addresses) {
    await page.goto(site.url + address);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      for (const [name, width] of Object.entries(WIDTHS)) {
        await page.setViewportSize({ width, height: 900 });
        for (const violation of await violationsOn(page, colorScheme === 'dark' ? COLOR_RULES : undefined)) {
          const problem = `${address || '/'}: ${violation}`;
          places.set(problem, [...(places.get(problem) ?? []), `${colorScheme} ${name}`]);
        }
      }
    }
  }
  await context.close();
  return [...places].map(([problem, shownIn]) => `${problem} (${shownIn.join(', ')})`);
}

/** What axe finds on the page that is open: by all its rules, or by those named. */
export async function violationsOn(page, rules) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  // Left out by default: targets of at least 24 by 24 pixels, or with room around them (WCAG 2.2).
  const more = { 'target-size': { enabled: true } };
  const options = { resultTypes: ['violations'], ...(rules ? { runOnly: rules } : { rules: more }) };
  const { violations } = await page.evaluate((given) => globalThis.axe.run(given), options);
  const describe = (id, { target, any, failureSummary }) => `${id}: ${target.join(' ')}, ${any[0]?.message ?? failureSummary}`;
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => describe(id, node)));
}
