// The checks themselves: each finds what is wrong with a page made for it, and nothing on a sound one.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { axeProblems } from './checks/axe.mjs';
import { linkProblems, unreachedPages } from './checks/links.mjs';
import { nuProblems } from './checks/nu.mjs';
import { hiddenWithoutJavaScript, openingProblems, policyProblems } from './checks/pages.mjs';
import { renderBlocking, weightOf } from './checks/weight.mjs';
import { launch } from './chromium.mjs';
import { BASE_URL, OUTPUT_ROOT, fullestOfEachKind, serve } from './site.mjs';

const STRICT = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:";

const site = await serve(write('checks', {
  'index.html': page('<p id="here"><a href="x/#there">on</a> <a href="#here">up</a> <a href="https://a.test/">out</a></p>'),
  'x/index.html': page(`<p id="there"><a href="../">back</a></p><p><a href="${BASE_URL}x/">whole</a></p>`),
  'bad/index.html': page(`
    <p><a href="../gone/">1</a> <a href="../x/#gone">2</a> <a href="../x">3</a> <a href="/">4</a></p>
    <p><img src="https://b.test/i.png" alt=""> <img src="i.png" alt="" srcset="i.png 1x, j.png 2x"></p>`),
  'loose/index.html': page('<p>Hi</p>', "default-src *; script-src 'self' 'unsafe-inline'"),
  'loud/index.html': page('<script>1</script><p onclick="1">Hi</p><img src="https://b.test/i.png" alt="">'),
  'wide/index.html': page('<pre>' + 'long '.repeat(100) + '</pre>'),
  'hidden/index.html': page('<p>Seen</p><p hidden>Unseen</p><details><summary>S</summary><p>Folded</p></details>'),
  'unfit/index.html': page('<p><img src="../i.png"></p><h2>A</h2><h5>B</h5>'),
  'faint/index.html': page('<link rel="stylesheet" href="dark.css"><p>Hi</p>'),
  'faint/dark.css': '@media (prefers-color-scheme: dark) { body { background: #000; } p { color: #222; } }',
  'invalid/index.html': page('<p><div>No</div></p><ul><p>No</p></ul>'),
  'i.png': Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=', 'base64'),
  'style.css': 'body { background: url("k.png") }',
}));
const browser = await launch();
after(() => browser.close());

test('dead, bent and foreign addresses are found', async () => {
  assert.deepEqual(await linkProblems(site), [
    'bad/index.html: `../gone/` answers 404',
    'bad/index.html: `../x/#gone` names a missing fragment',
    'bad/index.html: `../x` answers 301',
    'bad/index.html: `/` leaves /repo/',
    'bad/index.html: `https://b.test/i.png` is fetched from another host',
    'bad/index.html: `i.png` answers 404',
    'bad/index.html: `i.png` answers 404',
    'bad/index.html: `j.png` answers 404',
    'loud/index.html: `https://b.test/i.png` is fetched from another host',
    'style.css: `k.png` answers 404',
  ]);
});

test('a page that nothing links to is found', () => {
  const unreached = ['bad', 'faint', 'hidden', 'invalid', 'loose', 'loud', 'unfit', 'wide'];
  assert.deepEqual(unreachedPages(site), unreached.map((name) => `${name}/index.html`));
});

test('a missing, late or loose policy is found', () => {
  assert.deepEqual(policyProblems(page('')), []);
  assert.deepEqual(policyProblems('<title>T</title>'), ['states no Content-Security-Policy']);
  assert.deepEqual(policyProblems(`<script src="x.js"></script>${page('')}`), ['states its policy after what it governs']);
  assert.deepEqual(policyProblems(page('', "default-src *; script-src 'self' 'unsafe-inline'")), [
    "default-src is neither 'none' nor 'self'",
    'default-src allows *',
    "script-src allows 'unsafe-inline'",
  ]);
});

test('a page that opens with noise, asks elsewhere or overflows is found', async () => {
  assert.deepEqual(await openingProblems(browser, site, ['', 'x/', 'hidden/']), []);
  const loud = await openingProblems(browser, site, ['loud/', 'wide/', 'gone/']);
  for (const expected of [
    /^loud\/: violates the policy: script-src-elem inline/,
    /^loud\/: violates the policy: script-src-attr inline/,
    /^loud\/: violates the policy: img-src https:\/\/b\.test/,
    /^loud\/: console error: /,
    /^wide\/: scrolls sideways on a phone: \d+ px of 390, at <pre\.>/,
    /^gone\/: answers 404/,
  ]) {
    assert(loud.some((problem) => expected.test(problem)), `${expected} is not in ${JSON.stringify(loud, null, 1)}`);
  }
  const open = await serve(write('open', { 'index.html': page('<img src="https://b.test/i.png" alt="">', 'img-src *') }));
  const elsewhere = await openingProblems(browser, open, ['']);
  assert(elsewhere.includes('/: asks another host for https://b.test/i.png'), elsewhere.join('\n'));
});

test('what is hidden without JavaScript is found', async () => {
  assert.deepEqual(await hiddenWithoutJavaScript(browser, site, ['', 'x/', 'hidden/']), ['hidden/: hides <p> Unseen']);
});

test('what axe finds is told with its page, scheme and width', async () => {
  assert.deepEqual(await axeProblems(browser, site, ['', 'x/']), []);
  const problems = await axeProblems(browser, site, ['unfit/', 'faint/']);
  const found = (...patterns) => patterns.every((pattern) => problems.some((problem) => pattern.test(problem)));
  assert(found(
    /^unfit\/: image-alt: img, .* \(light desk, light phone\)$/,
    /^faint\/: color-contrast: p, .* \(dark desk, dark phone\)$/,
  ), problems.join('\n'));
});

test('what the Nu HTML checker finds is told with its page and line', () => {
  const problems = nuProblems(site.dir).filter((problem) => !problem.startsWith('unfit/'));
  assert.notEqual(problems.length, 0);
  assert.deepEqual(problems.filter((problem) => !/^invalid\/index\.html:\d+: /.test(problem)), []);
});

test('a page weighs its text, its styles and all its scripts', () => {
  const plain = { 'index.html': page('') };
  const light = { dir: write('light', plain), url: site.url };
  const noise = randomBytes(5000).toString('hex');
  const styled = page('<script src="/repo/a.js"></script>').replace('<title>', '<link rel="stylesheet" href="a.css"><title>');
  const heavy = write('heavy', {
    'x/index.html': styled,
    'x/a.css': noise,
    'a.js': 'import { b } from "./b.js";',
    'b.js': `export const b = "${randomBytes(5000).toString('hex')}";`,
  });
  assert(weightOf(light, 'index.html') < 500);
  assert(weightOf({ dir: heavy, url: site.url }, 'x/index.html') > 10_000);
  assert.deepEqual(renderBlocking(styled), ['a.css', '/repo/a.js']);
  assert.deepEqual(renderBlocking('<script type="module" src="a.js"></script><script defer src="b.js"></script>'), []);
});

test('the fullest pages of each kind stand for their kind', () => {
  const dir = write('kinds', {
    'index.html': 'a', '404.html': 'a', 'about/index.html': 'a', 'history/index.html': 'a',
    'history/2024-04/index.html': 'a', 'history/2024-05/index.html': 'aa', 'incidents/x/index.html': 'aa',
    'incidents/y/index.html': 'a',
  });
  assert.deepEqual(fullestOfEachKind(dir, 1), [
    '404.html', 'about/index.html', 'history/2024-05/index.html', 'history/index.html', 'incidents/x/index.html', 'index.html',
  ]);
  assert.equal(fullestOfEachKind(dir, 2).length, 8);
});

function page(main, policy = STRICT) {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width"><title>A page</title><link rel="icon" href="data:,">
</head><body><main><h1>A page</h1>${main}</main></body></html>`;
}

function write(name, files) {
  const dir = join(OUTPUT_ROOT, name);
  rmSync(dir, { recursive: true, force: true });
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), content);
  }
  return dir;
}
