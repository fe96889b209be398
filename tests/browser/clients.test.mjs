// Programs written for Statuspage's API read the demo's, unchanged.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { Statuspage } from 'statuspage.io';
import { launch } from './chromium.mjs';
import { MOMENTS, buildSite, serve } from './site.mjs';

const WIDGET = createRequire(import.meta.url).resolve('@statuspage/status-widget/dist/index.js');
const OUTAGE = 'incidents/2024-05-05-web-services-outage/';

const calm = await serve(buildSite('clients-calm', { now: MOMENTS.calm }));
const outage = await serve(buildSite('clients-outage', { now: MOMENTS.outage }));
const browser = await launch();
after(() => browser.close());

test('the statuspage.io client reads a calm day', async () => {
  const { api } = clientOf(calm);
  const { status } = await api.getStatus();
  assert.deepEqual(status, { indicator: 'none', description: 'All Systems Operational' });
  const summary = await api.getSummary();
  assert.deepEqual(summary.status, status);
  assert.deepEqual(summary.incidents, []);
  const { components } = await api.getComponents();
  assert.deepEqual(summary.components, components);
  assert.deepEqual([...new Set(components.map((component) => component.status))], ['operational']);
  assert.deepEqual((await api.incidents.getUnresolved()).incidents, []);
});

test('the statuspage.io client reads an outage', async () => {
  const { api } = clientOf(outage);
  const summary = await api.getSummary();
  assert.notEqual(summary.status.indicator, 'none');
  assert(summary.components.some((component) => component.status === 'major_outage'));
  const { incidents: unresolved } = await api.incidents.getUnresolved();
  assert.deepEqual(summary.incidents, unresolved);
  assert(unresolved.some((incident) => incident.shortlink.endsWith(OUTAGE)), JSON.stringify(unresolved));
  const { incidents: all } = await api.incidents.getAll();
  assert(all.length > unresolved.length);
  assert(all.every((incident) => incident.incident_updates.length > 0));
});

test('the statuspage.io client reads planned maintenance', async () => {
  const { scheduled_maintenances: upcoming } = await clientOf(calm).api.scheduledMaintenances.getUpcoming();
  assert.deepEqual(upcoming.map(({ status }) => status), ['scheduled']);
  const [{ scheduled_for: from, scheduled_until: until, components }] = upcoming;
  assert(Date.parse(MOMENTS.calm) < Date.parse(from) && Date.parse(from) < Date.parse(until));
  assert.notEqual(components.length, 0);
});

test("Statuspage's widget shows the state of both days", async () => {
  assert.match(await widgetText(calm), /All Systems Operational/);
  assert.match(await widgetText(outage), /Outage/);
});

function clientOf(site) {
  const client = new Statuspage('unused');
  client.setApiUrl(site.url);
  return client;
}

/** What the widget says on a page of the same host; it knows status pages at a host's root only. */
async function widgetText({ dir, at }) {
  const site = await serve(dir, { prefix: '/' });
  const context = await browser.newContext({ at });
  const page = await context.newPage();
  const element = `<statuspage-widget src="${site.origin}"></statuspage-widget>`;
  const host = `<!DOCTYPE html><title>Host</title>${element}<script src="/widget.js"></script>`;
  await context.route(`${site.origin}/host`, (route) => route.fulfill({ contentType: 'text/html', body: host }));
  await context.route(`${site.origin}/widget.js`, (route) => route.fulfill({ path: WIDGET }));
  await page.goto(`${site.origin}/host`);
  const shown = await page.waitForFunction(() => {
    const text = document.querySelector('statuspage-widget')?.shadowRoot?.textContent ?? '';
    return /Operational|Outage|Degraded|Maintenance/.test(text) && text;
  });
  const text = await shown.jsonValue();
  await context.close();
  await site.close();
  return text;
}
