// Runs Lighthouse on pages of the built demo and of the large site, with the machine's own Chromium.
//
//     node tests/browser/lighthouse.mjs [RUNS]
//
// prints the median score of each category over RUNS runs (default 3) of each page, and exits 1 when accessibility, best practices or SEO is below 100 or performance below 99. Performance depends on what else
// the machine does, so the tests look at the other three alone.

import { pathToFileURL } from 'node:url';
import lighthouse from 'lighthouse';
import puppeteer from 'puppeteer-core';
import { FLAGS, chromiumPath, environment, setClock } from './chromium.mjs';
import { LARGE_PAGES, largeSite } from './generated.mjs';
import { buildSite, serve } from './site.mjs';

/** What a run is measured by, with the least score that is good enough. */
export const GOALS = { accessibility: 100, 'best-practices': 100, seo: 100, performance: 99 };

/** The pages of the large site that are measured. */
export const PAGES_OF_LARGE = ['', LARGE_PAGES.outage, 'history/', 'uptime/'];

/** The pages of the demo that stand for all others. */
export const PAGES = ['', 'incidents/2024-04-16-donations-fail-for-some/', 'components/giving/'];

/** A Chromium that Lighthouse can drive; the caller closes it. */
export function launchForLighthouse() {
  const args = ['--no-sandbox', ...FLAGS];
  return puppeteer.launch({ executablePath: chromiumPath(), args, defaultViewport: null, env: environment() });
}

/** The scores of a page of a served site by category, 0 to 100, and the titles of the audits that cost points. */
export async function scoresOf(chrome, site, address, categories) {
  const page = await chrome.newPage();
  await page.evaluateOnNewDocument(setClock, Date.parse(site.at));
  const url = site.url + address;
  const { lhr } = await lighthouse(url, { logLevel: 'silent', onlyCategories: categories }, undefined, page);
  await page.close();
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  const counted = Object.values(lhr.categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0));
  const failed = counted.map(({ id }) => lhr.audits[id]).filter(({ score }) => score !== null && score < 0.9);
  const scores = Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)]);
  return { scores: Object.fromEntries(scores), failed: failed.map(({ id, title, displayValue }) => `${id}: ${title} ${displayValue ?? ''}`) };
}

const medianOf = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function measure(runs) {
  const chrome = await launchForLighthouse();
  let isGood = true;
  for (const [dir, pages] of [[buildSite('lighthouse'), PAGES], [largeSite({ name: 'lighthouse-large' }), PAGES_OF_LARGE]]) {
    const site = await serve(dir, { compress: true });
    isGood = (await measureSite(chrome, site, pages, runs)) && isGood;
    await site.close();
  }
  await chrome.close();
  return isGood;
}

async function measureSite(chrome, site, pages, runs) {
  let isGood = true;
  for (const page of pages) {
    const all = [];
    for (let run = 0; run < runs; run += 1) all.push(await scoresOf(chrome, site, page, Object.keys(GOALS)));
    const medians = Object.keys(GOALS).map((goal) => [goal, medianOf(all.map(({ scores }) => scores[goal]))]);
    isGood &&= medians.every(([goal, score]) => score >= GOALS[goal]);
    console.log(`/${page}: ${medians.map((entry) => entry.join(' ')).join(', ')}`);
    for (const failed of new Set(all.flatMap((run) => run.failed))) console.log(`  ${failed}`);
  }
  return isGood;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = (await measure(Number(process.argv[2] ?? 3))) ? 0 : 1;
}
