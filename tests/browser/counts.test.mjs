// Figures, calendars and lists of days that count on after the build: what the script shows is what a build of that minute says.
//
// A build counts open windows up to the last change of what a page shows. So in the builds that pages are held against, what runs has
// an update of that minute.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeTogether, launch } from './chromium.mjs';
import { built } from './generated.mjs';
import { serve } from './site.mjs';

const BUILT = '2026-11-20T15:00:00Z';
const MAINTENANCE_ENDS = '2026-11-20T19:30:00Z';

const FILES = {
  'site.toml': `title = "Lumen"
base_url = "https://status.test/"
time_zone = "America/Denver"
stale_after = "30d"
uptime.target = 99.9
[[groups]]
id = "core"
name = "Core"
[[components]]
id = "api"
name = "API"
group = "core"
since = 2025-03-01
[[components]]
id = "web"
name = "Web"
group = "core"
since = 2026-10-30
[[components]]
id = "mail"
name = "Mail"
since = 2025-06-01
[[components]]
id = "fine"
name = "Fine"
group = "core"
since = 2026-11-18
`,
  'content/incidents/slow-mail.md': report('Mail is slow', '{ mail = "partial_outage" }', 'Investigating, 2026-11-20 06:10'),
  'content/incidents/slow-api.md': report('The API is slow', '{ api = "degraded_performance" }', 'Investigating, 2026-11-19 22:00'),
  'content/incidents/old.md': report('API failed', '{ api = "major_outage" }', 'Investigating, 2026-10-16 23:40', 'Resolved, 2026-10-17 00:25'),
  'content/maintenance/disks.md': `+++\ntitle = "New disks"\ncomponents = { web = "major_outage", api = "partial_outage" }
from = 2026-11-20 10:00\nto = 2026-11-20 12:30\n+++\n\n## Scheduled, 2026-11-18 09:00\n\nThe web pauses.\n`,
};

function report(title, components, ...updates) {
  const said = updates.map((heading) => `## ${heading}\n\nWe look at it.\n`).join('\n');
  return `+++\ntitle = "${title}"\ncomponents = ${components}\n+++\n\n${said}`;
}

const before = await serve(built('counts', FILES, BUILT));
const browser = await launch();
after(() => browser.close());

/** The site as it is built at a moment, counted up to it. */
async function builtAt(at) {
  const isRunning = (file) => /slow|disks/.test(file) && !(file.includes('disks') && at > MAINTENANCE_ENDS);
  const more = `\n## Update, ${at.slice(0, 16).replace('T', ' ')} UTC\n\nIt goes on.\n`;
  const files = Object.entries(FILES).map(([file, text]) => [file, isRunning(file) ? text + more : text]);
  return serve(built(`counts-${at.replaceAll(':', '')}`, Object.fromEntries(files), at));
}

async function open(site, at, address, options = {}) {
  const context = await browser.newContext({ from: new Date(Date.parse(at) - 60_000).toISOString(), timezoneId: 'America/Phoenix', ...options });
  const page = await context.newPage();
  closeTogether(page, context);
  await page.clock.pauseAt(Date.parse(at));
  await page.goto(site.url + address, { waitUntil: 'networkidle' });
  return page;
}

/** What `look` finds on a page that was built before and is read at `at`, and on one that was built then. */
async function both(at, address, look) {
  const fresh = await builtAt(at);
  const pages = [await open(before, at, address), await open(fresh, at, address, { javaScriptEnabled: false })];
  const found = [];
  for (const page of pages) {
    found.push(await look(page));
    await page.close();
  }
  await fresh.close();
  return found;
}

/** Each row of the table of all components: name, figures with their classes, and what a target leaves. */
const tableOf = (page) => page.locator('.uptimes tbody tr').evaluateAll((rows) => rows.map((row) => ({
  name: row.querySelector('a').textContent,
  left: row.querySelector('[data-left]')?.textContent,
  cells: [...row.querySelectorAll('td')].map((cell) => `${cell.textContent} ${cell.className}`.trim()),
})));

for (const at of ['2026-11-20T18:30:00Z', '2026-11-20T21:00:00Z', '2026-11-22T03:00:00Z']) {
  test(`the table of all components is at ${at} as it is built then`, async () => {
    const [page, fresh] = await both(at, 'uptime/', tableOf);
    assert.deepEqual(page, fresh);
    const [asBuilt] = await Promise.all([open(before, at, 'uptime/', { javaScriptEnabled: false })]);
    assert.notDeepEqual(page, await tableOf(asBuilt), 'nothing counted on');
    await asBuilt.close();
  });
}

test('the table keeps what a month came to when it is over, and names it', async () => {
  const at = '2026-12-01T12:00:00Z';
  const [page, fresh] = await both(at, 'uptime/', async (it) => ({ rows: await tableOf(it), heads: await it.locator('thead th').allInnerTexts() }));
  assert.deepEqual(page.heads.slice(0, 5), ['Component', '90 days', 'November 2026', 'This quarter', 'December 2025 – November 2026']);
  page.rows.forEach(({ name, left, cells: [days, month, quarter] }, place) => {
    const then = fresh.rows[place];
    assert.equal(name, then.name);
    assert.deepEqual([days, month, quarter], [then.cells[0], then.cells[4], then.cells[2]], name);
    assert.equal(left ?? '', '', name);
  });
});

/** The list of days with what each links to, the days of calendars, and figures by year. */
const recordOf = (page) => page.evaluate(() => ({
  days: [...document.querySelectorAll('.days tbody tr')].map((row) => ({
    id: row.id,
    text: row.innerText.replace(/\s+/g, ' '),
    links: [...row.querySelectorAll('a')].map((it) => it.getAttribute('href')),
  })),
  head: document.querySelector('.days')?.innerText.split('\n')[0],
  calendars: [...document.querySelectorAll('.cal')].map((month) => [
    month.caption.innerText, ...[...month.querySelectorAll('td[class]')].map((it) => `${it.className} ${it.innerHTML}`),
  ].join(' ')),
  years: document.querySelector('.years tbody').innerText,
}));

for (const address of ['components/mail/', 'components/api/', 'components/web/', 'groups/core/', 'components/fine/']) {
  for (const at of ['2026-11-20T18:30:00Z', '2026-11-22T03:00:00Z']) {
    test(`/${address} has at ${at} each day as it is built then, with its reports`, async () => {
      const [page, fresh] = await both(at, address, recordOf);
      assert.deepEqual(page, fresh);
      assert.equal(page.days.length > 0, address !== 'components/fine/');
    });
  }
}

test('a month that begins after the build gets its figure in the table of years', async () => {
  // What its target allows is known of the month of the build alone.
  const yearOf = async (page) => (await page.locator('.years tbody tr').first().innerText()).replace(/target missed|\n/g, '');
  const [page, fresh] = await both('2026-12-02T12:00:00Z', 'components/mail/', yearOf);
  assert.equal(page, fresh);
});
