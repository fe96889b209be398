// The script's rules beside the builder's: for pages as built, what is true at later instants, by `tests/vectors/live.json`.
// They run where they run for readers: in a page of a built site, from the very module that it is served with.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './chromium.mjs';
import { ROOT, buildSite, serve } from './site.mjs';

const vectors = JSON.parse(readFileSync(join(ROOT, 'tests/vectors/live.json'), 'utf8'));

let browser, page;
before(async () => {
  const site = await serve(buildSite('rules'));
  browser = await launch();
  page = await browser.newPage({ at: site.at });
  await page.goto(site.url);
});
after(() => browser?.close());

for (const vector of vectors) {
  test(`a page of ${vector.name} counts on as builds do`, async () => {
    assert(vector.then.length > 5);
    const all = await page.evaluate(countOn, vector);
    vector.then.forEach((expected, place) => check(vector, expected, all[place]));
  });
}

test('days are written as they are read', async () => {
  const texts = ['', '0:1,2,3,4', '0:- 1:- 2:- 5:0,60,0,5 7:- 9:1,0,0,0 11:-', '10:0,0,1,0'];
  assert.deepEqual(await page.evaluate(writeAgain, [...texts, '0-2:- 7-7:-']), [...texts, '0:- 1:- 2:- 7:-']);
});

function check({ data }, { at, overall, parts, groups, bars }, found) {
  const when = new Date(at * 1000).toISOString();
  assert.deepEqual(found.states.map((state) => state ?? 0), parts, when);
  assert.equal(found.overall, overall, when);
  const worst = (group) => Math.max(0, ...group.of.map((place) => found.states[place] ?? 0));
  assert.deepEqual(data.groups.map(worst), groups, when);
  for (const [id, { days, percent, paths }] of Object.entries(bars)) {
    const drawn = found.bars[id];
    assert.deepEqual({ days: drawn.days, percent: drawn.percent }, { days: daysOneByOne(days), percent }, `${id} at ${when}`);
    if (paths) assert.equal(drawn.paths, paths, `${id} at ${when}`);
  }
}

/** The builder writes stretches without data as one; the script, each day of them for itself. */
const daysOneByOne = (text) => text.replace(/(\d+)-(\d+):-/g, (_, first, last) => (
  Array.from({ length: last - first + 1 }, (_, more) => `${+first + more}:-`).join(' ')
));

// The functions below run in the page.

async function countOn({ data, past, then }) {
  const { know } = await import(document.querySelector('script[src*="/live."]').src);
  const rules = await import(document.querySelector('script[src*="/states."]').src);
  know(JSON.stringify(data));
  return then.map(({ at, bars }) => {
    const states = data.parts.map((part) => rules.stateOf(part, at));
    const days = data.parts.map((part) => rules.daysOf(part, rules.readDays(part.past ?? past[part.id] ?? `0-${data.count - 1}:-`), at));
    const drawn = Object.keys(bars).map((id) => {
      const group = data.groups.find((it) => it.id === id);
      const members = group?.of.filter((place) => !data.parts[place].silent) ?? [data.parts.findIndex((it) => it.id === id)];
      const counted = members.map((place) => days[place]);
      const shown = rules.meanOf(counted);
      return [id, { days: rules.writeDays(shown), percent: rules.percentOf(counted) ?? null, paths: rules.pathsOf(shown) }];
    });
    return { states, overall: rules.overallOf(states), bars: Object.fromEntries(drawn) };
  });
}

async function writeAgain(texts) {
  const { know } = await import(document.querySelector('script[src*="/live."]').src);
  const rules = await import(document.querySelector('script[src*="/states."]').src);
  know('{"count":12}');
  return texts.map((text) => rules.writeDays(rules.readDays(text)));
}
