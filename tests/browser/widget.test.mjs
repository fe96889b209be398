// The status line and the page for frames, in a page of another origin.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { launch } from './chromium.mjs';
import { MOMENTS, buildSite, serve } from './site.mjs';

/** The policy under which someone's own page may hold the status line and the frame, as docs/machines.md tells it. */
const GUIDE = readFileSync(new URL('../../docs/machines.md', import.meta.url), 'utf8');
const [LINE_POLICY] = GUIDE.match(/^script-src https:.*$/m);
const [, FRAME_POLICY] = GUIDE.match(/`(frame-src https:[^`]*)`/);
const policyFor = (origin) => `default-src 'none'; ${LINE_POLICY}; ${FRAME_POLICY}`.replaceAll('https://status.example.org', origin);

const browser = await launch();
after(() => browser.close());

/** Serves one page on an origin of its own. */
async function servePage(body, headers = {}) {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/' ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', ...headers });
    response.end(request.url === '/' ? `<!doctype html><html lang="en"><title>Someone</title><body>${body}` : '');
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  server.unref();
  return { url: `http://localhost:${server.address().port}/`, close: () => server.close() };
}

/** Opens a page of another origin at a moment; what it logs as an error fails the test. */
async function open(at, body, headers) {
  const served = await servePage(body, headers);
  const page = await browser.newPage({ at });
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('favicon.ico')) errors.push(message.text());
  });
  await page.goto(served.url);
  return { page, errors, close: async () => { await page.close(); served.close(); } };
}

for (const [moment, now] of Object.entries(MOMENTS)) {
  describe(`the demo at ${now}`, async () => {
    const dir = buildSite(`widget-${moment}`, { now });
    const site = await serve(dir, { cors: true });
    after(() => site.close());
    const read = (path) => JSON.parse(readFileSync(join(dir, path)));
    const summary = read('api/v2/summary.json');

    test('one script tag puts a live status line into another site', async () => {
      const script = `<script src="${site.url}embed.js" async></script>`;
      const { page, errors, close } = await open(now, `<p>Ours</p>${script}`, { 'content-security-policy': policyFor(site.origin) });
      const line = page.getByRole('status').getByRole('link');
      await line.waitFor();
      const [incident] = summary.incidents;
      const text = await line.textContent();
      assert.equal(text.toLowerCase().startsWith(summary.status.description.toLowerCase()), true, text);
      assert.equal(await line.getAttribute('href'), incident ? incident.shortlink : summary.page.url);
      if (incident) assert.ok(text.endsWith(`: ${incident.name}`), text);
      assert.deepEqual(errors, []);
      await close();
    });

    test('a corner panel shows only while something is wrong, and can be closed', async () => {
      const { page, errors, close } = await open(now, `<script src="${site.url}embed.js" data-show="corner" async></script>`);
      const panel = page.getByRole('status');
      if (summary.incidents.length > 0) {
        await panel.waitFor();
        await page.getByRole('button', { name: 'Close' }).click();
      } else {
        await page.waitForResponse((response) => response.url().endsWith('summary.json')).catch(() => {});
      }
      assert.equal(await panel.isVisible(), false);
      assert.deepEqual(errors, []);
      await close();
    });

    test('the frame stands in a page of another origin', async () => {
      const frame = `<iframe src="${site.url}embed/" title="Status"></iframe>`;
      const { page, errors, close } = await open(now, frame, { 'content-security-policy': policyFor(site.origin) });
      const heading = page.frameLocator('iframe').getByRole('heading', { level: 1 });
      await heading.waitFor();
      assert.equal((await heading.textContent()).trim().toLowerCase(), summary.status.description.toLowerCase());
      assert.deepEqual(errors, []);
      await close();
    });
  });
}

test('the status line is small, and silent where it cannot reach its site', async () => {
  const dir = buildSite('widget-lost');
  assert.ok(gzipSync(readFileSync(join(dir, 'embed.js'))).length < 3000);
  const site = await serve(dir, { cors: false });
  const { page, errors, close } = await open(MOMENTS.calm, `<p>Ours</p><script src="${site.url}embed.js" data-into="#nowhere"></script>`);
  await page.waitForTimeout(300);
  assert.equal(await page.getByRole('status').count(), 0);
  // The browser itself says that an answer was refused; the script throws nothing.
  assert.deepEqual(errors.filter((error) => !/CORS|ERR_FAILED|Failed to load/.test(error)), []);
  await close();
  await site.close();
});

/** Opens a page with the line, whose host answers what `answer` says at that moment; time is the test's. */
async function openAnswered(attributes, answer) {
  const dir = buildSite('widget-answered');
  const site = await serve(dir, { cors: true });
  const served = await servePage(`<p id="here"></p><script src="${site.url}embed.js" ${attributes} async></script>`);
  const page = await browser.newPage({ from: MOMENTS.calm });
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.route('**/api/v2/summary.json', (route) => {
    const { status = 200, body } = answer();
    return route.fulfill({ status, body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'access-control-allow-origin': '*' } });
  });
  await page.goto(served.url);
  return { page, errors, close: async () => { await page.close(); served.close(); await site.close(); } };
}

const summary = (indicator, description, incidents = []) => ({
  page: { url: 'https://status.test' }, status: { indicator, description }, incidents, scheduled_maintenances: [],
});

test('the line looks again, and keeps what it shows while its site fails', async () => {
  let now = { body: summary('none', 'All Systems Operational') };
  const { page, errors, close } = await openAnswered('data-into="#here" data-every="1"', () => now);
  const line = page.locator('#here').getByRole('link');
  await line.waitFor();
  assert.match(await line.textContent(), /^All systems operational$/i);
  now = { body: summary('major', 'Partial System Outage', [{ name: '<b>Slow</b>', shortlink: 'https://status.test/x' }]) };
  await page.clock.runFor(29_000);
  assert.match(await line.textContent(), /^All systems operational$/i, 'no oftener than every 30 seconds');
  await page.clock.runFor(2_000);
  await page.locator('#here').getByText('<b>Slow</b>').waitFor();
  for (const body of ['', '<html>', 'null', '[]', '{}', '{"status": null}', JSON.stringify({ ...summary('none', 'x'), incidents: 7 })]) {
    now = { body };
    await page.clock.runFor(30_000);
  }
  now = { status: 503, body: summary('none', 'All Systems Operational') };
  await page.clock.runFor(30_000);
  assert.match(await line.textContent(), /<b>Slow<\/b>$/);
  assert.deepEqual(errors, []);
  await close();
});

test('a closed panel comes back with news', async () => {
  let now = { body: summary('minor', 'Minor Service Outage', [{ name: 'One', shortlink: 'https://status.test/1' }]) };
  const { page, errors, close } = await openAnswered('data-show="corner"', () => now);
  const panel = page.getByRole('status');
  await panel.waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.clock.runFor(61_000);
  assert.equal(await panel.isVisible(), false);
  now = { body: summary('minor', 'Minor Service Outage', [{ name: 'Two', shortlink: 'https://status.test/2' }]) };
  await page.clock.runFor(61_000);
  await panel.getByText('Two').waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('a place that does not exist, or cannot, throws nothing', async () => {
  for (const into of ['#nowhere', '###', '']) {
    const { page, errors, close } = await openAnswered(`data-into="${into}"`, () => ({ body: summary('none', 'Fine') }));
    await page.waitForLoadState('networkidle');
    assert.deepEqual(errors, [], into);
    await close();
  }
});
