// The large site: nothing for the Nu HTML checker on a page of each kind, nor for axe, in either scheme at both widths.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { axeProblems } from './checks/axe.mjs';
import { redirectOf } from './checks/document.mjs';
import { assertNone } from './checks/none.mjs';
import { nuProblems } from './checks/nu.mjs';
import { launch } from './chromium.mjs';
import { LARGE_PAGES, largeSite } from './generated.mjs';
import { filesOf, fullestOfEachKind, pageAddress, serve } from './site.mjs';

const site = await serve(largeSite({ name: 'large-checked' }));
const browser = await launch();
after(() => browser.close());

const pages = filesOf(site.dir, '.html').filter((file) => !redirectOf(readFileSync(join(site.dir, file), 'utf8')));
const special = [LARGE_PAGES.outage, LARGE_PAGES.planned, LARGE_PAGES.postmortem].map((address) => `${address}index.html`);
const looked = [...new Set([...fullestOfEachKind(site.dir, 1, pages), ...special])];

test('has pages of every kind', () => {
  const kinds = ['index.html', 'incidents/', 'maintenance/', 'history/', 'components/', 'groups/', 'uptime/', 'tags/', 'postmortems/', 'subscribe/', 'embed/'];
  assertNone(kinds.filter((kind) => !looked.some((file) => file.startsWith(kind))));
  assert.ok(looked.length >= 16, looked.join());
});

test('the Nu HTML checker finds no error', () => {
  assertNone(nuProblems(site.dir, looked));
});

test('axe finds nothing', async () => {
  assertNone(await axeProblems(browser, site, looked.map(pageAddress)));
});
