// The demo site as a reader, a browser and a checker meet it: now, and in the middle of its longest outage.

import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { axeProblems } from './checks/axe.mjs';
import { redirectOf } from './checks/document.mjs';
import { linkProblems, unreachedPages } from './checks/links.mjs';
import { assertNone } from './checks/none.mjs';
import { nuProblems } from './checks/nu.mjs';
import { hiddenWithoutJavaScript, openingProblems, policyProblems } from './checks/pages.mjs';
import { renderBlocking, weightOf } from './checks/weight.mjs';
import { launch } from './chromium.mjs';
import { MOMENTS, OUTPUT_ROOT, ROOT, buildSite, filesOf, fullestOfEachKind, pageAddress, serve } from './site.mjs';

// The pages that show an outage.
const TOUCHED_BY_OUTAGE = /^index\.html$|^incidents\/2024-05-|^(components|groups)\/[^/]+\/index\.html$/;

// A demo that does not build fails here, once, with what `build` said.
const sites = await Promise.all(Object.entries(MOMENTS).map(async ([moment, now]) => {
  const site = await serve(buildSite(`demo-${moment}`, { now }));
  const pages = filesOf(site.dir, '.html').filter((file) => !redirectOf(htmlOf(site, file)));
  const differs = (file) => moment === 'calm' || TOUCHED_BY_OUTAGE.test(file);
  const looked = fullestOfEachKind(site.dir, 5, pages).filter(differs);
  return { now, site, pages, differs, looked, inspected: fullestOfEachKind(site.dir, 1, pages).filter(differs) };
}));
const browser = await launch();
after(() => browser.close());

for (const { now, site, pages, differs, looked, inspected } of sites) {
  describe(`the demo at ${now}`, () => {

    test('has pages of every documented kind', () => {
      const documented = ['index.html', '404.html', 'incidents/', 'history/', 'components/', 'groups/', 'uptime/'];
      assertNone(documented.filter((kind) => !pages.some((page) => page.startsWith(kind))));
    });

    test('the Nu HTML checker finds no error', () => {
      assertNone(nuProblems(site.dir, filesOf(site.dir, '.html').filter(differs)));
    });

    test('every link leads somewhere, and no page fetches from another host', async () => {
      assertNone(await linkProblems(site));
    });

    test('every page is reached from the front page', () => {
      // The host shows the one when nothing else fits, a frame on someone's own site the other.
      const apart = ['404.html', 'embed/index.html'];
      assertNone(unreachedPages(site).filter((file) => !apart.includes(file) && pages.includes(file)));
    });

    test('every page states a strict policy', () => {
      const problems = filesOf(site.dir, '.html').flatMap((file) => (
        policyProblems(htmlOf(site, file)).map((problem) => `${file}: ${problem}`)
      ));
      assertNone(problems);
    });

    test('pages open in silence, ask nothing elsewhere and fit a phone', async () => {
      assertNone(await openingProblems(browser, site, looked.map(pageAddress)));
    });

    test('without JavaScript nothing is missing', async () => {
      assertNone(await hiddenWithoutJavaScript(browser, site, looked.map(pageAddress)));
    });

    test('axe finds nothing on any kind of page in either scheme at both widths', async () => {
      assertNone(await axeProblems(browser, site, inspected.map(pageAddress)));
    });

    test('pages are light and wait for one request at most', () => {
      const limits = [[/^index\.html$/, 30], [/^(incidents|maintenance)\/[^/]+\/index\.html$/, 12]];
      for (const [pattern, limitKib] of limits) {
        const weights = pages.filter((file) => pattern.test(file)).map((file) => [file, weightOf(site, file)]);
        assertNone(weights.filter(([, bytes]) => bytes > limitKib * 1024).map(([file, bytes]) => `${file}: ${bytes} bytes`));
      }
      assertNone(pages.filter((file) => renderBlocking(htmlOf(site, file)).length > 1));
    });

    test('an address that leads nowhere shows the site\'s own page, whole, however deep', async () => {
      const page = await browser.newPage({ at: now });
      const answers = [];
      page.on('response', (response) => answers.push([response.status(), response.url()]));
      await page.goto(`${site.url}no/such/page/`);
      await page.close();
      const [[status], ...resources] = answers;
      assert.equal(status, 404);
      assert.notEqual(resources.length, 0);
      assertNone(resources.filter(([code]) => code !== 200));
    });
  });
}

test('addresses of files work on a host that knows no folders', async () => {
  const source = join(OUTPUT_ROOT, 'files-source');
  rmSync(source, { recursive: true, force: true });
  for (const part of ['content', 'static', 'themes'].filter((name) => existsSync(join(ROOT, name)))) {
    cpSync(join(ROOT, part), join(source, part), { recursive: true });
  }
  writeFileSync(join(source, 'site.toml'), `url_style = "file"\n${readFileSync(join(ROOT, 'site.toml'))}`);
  const site = await serve(buildSite('files', { site: source }), { directoryIndex: false });
  const folders = filesOf(site.dir, 'index.html').filter((file) => file !== 'index.html');
  assertNone(folders.filter((file) => !redirectOf(htmlOf(site, file))));
  assertNone(await linkProblems(site));
});

function htmlOf(site, file) {
  return readFileSync(join(site.dir, file), 'utf8');
}
