// The script's rules beside the builder's: for pages as built, what is true at later instants, by `tests/vectors/live.json`.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './site.mjs';

const source = readFileSync(join(ROOT, 'themes/default/static/rules.js'), 'utf8');
const rules = await import(`data:text/javascript,${encodeURIComponent(source)}`);
const vectors = JSON.parse(readFileSync(join(ROOT, 'tests/vectors/live.json'), 'utf8'));

for (const { name, data, past, then } of vectors) {
  test(`a page of ${name} counts on as builds do`, () => {
    assert(then.length > 5);
    for (const truth of then) check(data, past, truth);
  });
}

test('days are written as they are read', () => {
  for (const text of ['', '0:1,2,3,4', '0-3:- 5:0,60,0,5 7:- 9:1,0,0,0 11:-', '0-11:-']) {
    assert.equal(rules.writeDays(rules.readDays(text, 12)), text);
  }
});

function check(data, past, { at, overall, parts, groups, bars }) {
  const when = new Date(at * 1000).toISOString();
  const states = data.parts.map((part) => rules.stateOf(data, part, at));
  assert.deepEqual(states.map((state) => state ?? 0), parts, when);
  assert.equal(rules.overallOf(states.filter((state) => state !== undefined)), overall, when);
  const worst = (group) => Math.max(0, ...group.of.map((place) => states[place] ?? 0));
  assert.deepEqual(data.groups.map(worst), groups, when);
  const days = data.parts.map((part) => daysOf(data, part, past, at));
  for (const [id, expected] of Object.entries(bars)) {
    const group = data.groups.find((it) => it.id === id);
    const members = group?.of.filter((place) => !data.parts[place].silent) ?? [data.parts.findIndex((it) => it.id === id)];
    const own = members.map((place) => days[place]);
    checkBars(data, own, group ? rules.meanOf(own) : own[0], expected, `${id} at ${when}`);
  }
}

function checkBars(data, own, days, expected, message) {
  assert.equal(rules.writeDays(days), expected.days, message);
  assert.equal(rules.percentOf(data, own) ?? null, expected.percent, message);
  const paths = rules.pathsOf(data, days).map(({ level, d }) => level + d);
  if (expected.paths) assert.deepEqual(paths, expected.paths, message);
}

function daysOf(data, part, past, at) {
  const written = part.past ?? past[part.id];
  const known = written === undefined ? Array(data.count).fill(null) : rules.readDays(written, data.count);
  return rules.daysOf(data, part, known, at);
}
