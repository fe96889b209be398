// Pages that are read later than they were built: a faked clock, zones of site and reader apart, newer builds, no network.
//
// What a script shows at an instant is held against what a fresh build says then, wherever that can be.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { weightOf } from './checks/weight.mjs';
import { WIDTHS, closeTogether, launch } from './chromium.mjs';
import { OUTPUT_ROOT, ROOT, buildSite, filesOf, serve } from './site.mjs';

const BUILT = '2026-11-20T15:00:00Z';
const FROM = '2026-11-20T17:00:00Z';
const TO = '2026-11-20T19:30:00Z';
const MIDNIGHT = '2026-11-21T07:00:00Z';
const PROMISED = '2026-11-20T16:30:00Z';
const MINUTE = 60_000;
const DAY = 86_400_000;

const SITE = {
  'site.toml': `
    title = "Lumen"
    base_url = "https://status.test/"
    time_zone = "America/Denver"
    [[groups]]
    id = "core"
    name = "Core"
    [[components]]
    id = "api"
    name = "API"
    group = "core"
    [[components]]
    id = "web"
    name = "Web"
    group = "core"
    since = 2026-10-30
    [[components]]
    id = "mail"
    name = "Mail"
    retired = 2026-12-24`,
  'content/incidents/slow-mail.md': `
    +++
    title = "Mail is slow"
    components = { mail = "partial_outage" }
    +++
    ## Investigating, 2026-11-20 06:10
    next_update: 09:30

    Mail leaves late.`,
  'content/incidents/old.md': `
    +++
    title = "API failed"
    components = { api = "major_outage" }
    +++
    ## Investigating, 2026-11-16 23:40
    It fails.

    ## Resolved, 2026-11-17 00:25
    It works.`,
  'content/maintenance/disks.md': `
    +++
    title = "New disks"
    components = ["web"]
    from = 2026-11-20 10:00
    to = 2026-11-20 12:30
    +++
    ## Scheduled, 2026-11-18 09:00
    The web pauses.`,
};
const INCIDENT = 'content/incidents/slow-mail.md';
const { [INCIDENT]: _, ...CALM } = SITE;
const RESOLVED = '\n## Resolved, 2026-11-20 08:20\nMail is fast again.\n';

const folder = write('live', SITE);
const built = await serve(buildSite('live-built', { site: folder, now: BUILT }));
const browser = await launch();
after(() => browser.close());

describe('a maintenance', () => {
  test('is to come before its minute', async () => {
    const page = await open({ at: '2026-11-20T16:59:30Z' });
    assert.equal(await page.title(), 'Minor service outage – Lumen');
    assert.equal(await stateOf(page, 'web'), 'Operational');
    assert.equal(await visibleTitles(page), 'Mail is slow, Scheduled maintenance');
    assert.match(await page.locator('.card .report').innerText(), /in less than a minute Friday, 20 November 2026, 10:00 – 12:30 MST/);
    await page.close();
  });

  test('begins and ends at its minutes while the page is open, and says so once', async () => {
    const page = await open({ at: '2026-11-20T16:58:30Z', folder: await calm() });
    await page.evaluate(listen);
    await page.clock.fastForward(MINUTE);
    assert.deepEqual(await page.evaluate(() => globalThis.heard), []);
    await page.clock.fastForward(MINUTE);
    assert.equal(await page.title(), 'Service under maintenance – Lumen');
    assert.match(await page.locator('[rel=icon]').getAttribute('href'), /\/maintenance\.svg$/);
    assert.equal(await page.locator('body').getAttribute('class'), 'p-front tone maintenance');
    assert.equal(await page.locator('ul.hit').innerText(), 'Web Under maintenance');
    assert.equal(await stateOf(page, 'web'), 'Under maintenance');
    assert.equal(await stateOf(page, 'core'), 'Under maintenance');
    assert.equal(await visibleTitles(page), 'Maintenance in progress, New disks');
    await page.clock.fastForward(Date.parse(TO) - Date.parse(FROM));
    assert.equal(await page.title(), 'All systems operational – Lumen');
    assert.equal(await page.locator('ul.hit').isVisible(), false);
    assert.equal(await visibleTitles(page), '');
    assert.deepEqual(await page.evaluate(() => globalThis.heard), [
      'Service under maintenance. Web: Under maintenance. Core: Under maintenance',
      'All systems operational. Web: Operational. Core: Operational',
    ]);
    await page.close();
  });

  test('has begun or ended on a page that is opened then, as in a fresh build', async () => {
    const before = await calm();
    for (const at of [FROM, TO]) {
      const [page, fresh] = await Promise.all([open({ at, folder: before }), open({ at, folder: await calm(at), javaScriptEnabled: false })]);
      assert.equal(await shownOf(page, '.components'), await shownOf(fresh, '.components'));
      assert.deepEqual(await barsOf(page), await barsOf(fresh));
      assert.equal(await page.title(), await fresh.title());
      await Promise.all([page.close(), fresh.close()]);
    }
  });

  test('runs like one that was built then', async () => {
    const page = await open({ at: FROM });
    // Seconds of an incident that goes on are counted by scripts alone.
    const fresh = await open({ at: FROM, folder: await builtAt(FROM) });
    assert.equal(undated(await shownOf(page, 'main')), undated(await shownOf(fresh, 'main')));
    await Promise.all([page.close(), fresh.close()]);
  });

  test('moves its own page on, and says so once', async () => {
    const page = await open({ at: '2026-11-20T16:58:30Z', address: 'maintenance/disks/' });
    await page.evaluate(listen);
    for (const [minutes, at, icon] of [[2, FROM, 'maintenance'], [150, TO, 'none']]) {
      await page.clock.fastForward(minutes * MINUTE);
      const fresh = await open({ at, address: 'maintenance/disks/', folder: await builtAt(at), javaScriptEnabled: false });
      assert.equal(await shownOf(page, '.hero'), await shownOf(fresh, '.hero'));
      assert.equal(await page.locator('body').getAttribute('class'), await fresh.locator('body').getAttribute('class'));
      assert.equal(await iconOf(page), icon);
      assert.equal(await iconOf(fresh), icon);
      await fresh.close();
    }
    const heard = await page.evaluate(() => globalThis.heard);
    assert.deepEqual(heard.map((text) => text.trim()), ['Maintenance In progress', 'Maintenance Completed']);
    // Opened later, it has no news.
    await page.reload();
    assert.match(await page.locator('.eyebrow:visible').innerText(), /completed/i);
    assert.equal(await page.locator('[role=status]').textContent(), '');
    await page.close();
  });

  test('that waits for a word says nothing of an end it may not have', async () => {
    const site = write('live-manual', {
      ...CALM, 'content/maintenance/disks.md': SITE['content/maintenance/disks.md'].replace('to =', 'automatic = false\nto ='),
    });
    const folder = await serve(buildSite('live-manual-built', { site, now: BUILT }));
    for (const [address, selector] of [['', '.card .report'], ['maintenance/disks/', '.facts'], ['components/web/', '.report']]) {
      const page = await open({ at: '2026-11-20T16:59:30Z', folder, address });
      const text = () => page.locator(selector).first().innerText();
      assert.match(await text(), /in less than a minute\s+Friday, 20 November 2026, 10:00 – 12:30 MST/i);
      await page.clock.fastForward(30 * MINUTE);
      assert.match(await text(), /10:00 – 12:30 MST/, address);
      assert.doesNotMatch(await text(), /\bin less|\bends in|\bago\b/i, address);
      assert.match(await page.locator('body').innerText(), /planned|scheduled/i);
      await page.close();
    }
    await folder.close();
  });

  test('has its status on its own page and in lists', async () => {
    for (const [at, status] of [[BUILT, 'Scheduled'], [FROM, 'In progress'], [TO, 'Completed']]) {
      const page = await open({ at, address: 'maintenance/disks/' });
      assert.match((await page.locator('.eyebrow:visible').innerText()).trim(), new RegExp(`^Maintenance ${status}`));
      await page.goto(`${built.url}components/web/`);
      assert.match(await page.locator('.report .meta').innerText(), new RegExp(`^${status} · Web\\s+[^]*Friday, 20 November 2026, 10:00`));
      await page.close();
    }
  });
});

describe('the site\'s midnight', () => {
  test('brings a new day, wherever the reader is', async () => {
    const fresh = await open({ at: MIDNIGHT, folder: await builtAt(MIDNIGHT), javaScriptEnabled: false });
    for (const timezoneId of ['Asia/Tokyo', 'Pacific/Pago_Pago']) {
      const page = await open({ at: '2026-11-21T06:59:30Z', timezoneId });
      assert.equal(await page.locator('[data-bars=mail]').getAttribute('data-first'), '2026-08-23');
      await page.clock.fastForward(30_000);
      assert.deepEqual(await barsOf(page), await barsOf(fresh));
      assert.match(await page.locator('[data-bars=mail]').getAttribute('aria-label'), /incidents on one of them, 20 November 2026/);
      assert.match(await firstLastDay(page), /^21 November: Mail is slow: /);
      assert.equal(await shownOf(page, '.past dl'), await shownOf(fresh, '.past dl'));
      await page.close();
    }
    await fresh.close();
  });

  test('brings many days to a page that was open for long, and takes what retired', async () => {
    const at = '2027-01-09T07:00:00Z';
    const site = write('live-trusted', { ...SITE, 'site.toml': `stale_after = "100d"\n${SITE['site.toml']}` });
    const [before, later] = await Promise.all([BUILT, at].map(async (now) => serve(buildSite(`live-trusted-${now}`.replaceAll(':', ''), { site, now }))));
    const page = await open({ at, folder: before });
    const fresh = await open({ at, folder: later, javaScriptEnabled: false });
    assert.deepEqual(await barsOf(page), await barsOf(fresh));
    assert.equal(await page.locator('[data-part=mail]').isVisible(), false);
    assert.equal(await shownOf(page, '.past dl'), await shownOf(fresh, '.past dl'));
    assert.equal(await page.title(), await fresh.title());
    await Promise.all([page.close(), fresh.close()]);
  });

  test('of a day of 23 or 25 hours brings the new day once', async () => {
    for (const [now, midnights] of [
      ['2026-10-31T18:00:00Z', ['2026-11-01T06:00:00Z', '2026-11-02T07:00:00Z']],
      ['2026-03-07T18:00:00Z', ['2026-03-08T07:00:00Z', '2026-03-09T06:00:00Z']],
    ]) {
      const site = write('live-clocks', { 'site.toml': SITE['site.toml'], 'content/incidents/a.md': `
        +++
        title = "API fails"
        components = { api = "major_outage" }
        +++
        ## Investigating, ${new Date(Date.parse(now) - DAY).toISOString().slice(0, 10)} 12:00
        It fails.` });
      const before = await serve(buildSite('live-clocks-built', { site, now }));
      const page = await open({ at: now, folder: before, timezoneId: 'Europe/Berlin' });
      for (const at of midnights) {
        await page.clock.fastForward(Date.parse(at) - MINUTE - await page.evaluate(() => Date.now()));
        const late = await page.locator('[data-bars=api]').getAttribute('data-first');
        await page.clock.fastForward(MINUTE);
        const fresh = await open({ at, folder: await serve(buildSite('live-clocks-fresh', { site, now: at })), javaScriptEnabled: false });
        assert.deepEqual(await barsOf(page), await barsOf(fresh), at);
        assert.notEqual(await page.locator('[data-bars=api]').getAttribute('data-first'), late);
        await fresh.close();
      }
      await page.close();
      await before.close();
    }
  });

  test('brings a component whose first day it is, and takes a group whose last member retires', async () => {
    const siteToml = `${SITE['site.toml']}
      [[components]]
      id = "fax"
      name = "Fax"
      group = "core"
      since = 2026-11-21
      [[groups]]
      id = "old"
      name = "Old"
      [[components]]
      id = "telex"
      name = "Telex"
      group = "old"
      retired = 2026-11-21`;
    const plan = `
      +++
      title = "Faxes pause"
      components = ["fax"]
      from = 2026-11-21 00:00
      to = 2026-11-21 01:00
      +++
      ## Scheduled, 2026-11-18 09:00
      No faxes.`;
    const site = write('live-lives', { ...CALM, 'site.toml': siteToml, 'content/maintenance/faxes.md': plan });
    const [before, later] = [BUILT, MIDNIGHT].map((now) => buildSite(`live-lives-${now}`.replaceAll(':', ''), { site, now }));
    const [old, young] = await Promise.all([serve(before), serve(later)]);
    for (const address of ['', 'groups/core/', 'components/fax/']) {
      const page = await open({ at: '2026-11-21T06:59:30Z', folder: old, address });
      assert.equal(await page.locator('[data-part=fax]').isVisible(), false);
      await page.clock.fastForward(30_000);
      const fresh = await open({ at: MIDNIGHT, folder: young, address, javaScriptEnabled: false });
      assert.equal(undated(await shownOf(page, '.hero')), undated(await shownOf(fresh, '.hero')), address);
      if (!address) assert.equal(await seenIn(page, '.components'), await seenIn(fresh, '.components'));
      assert.deepEqual(await barsOf(page), await barsOf(fresh));
      for (const ends of await page.locator('.axis').evaluateAll((all) => all.flatMap((it) => it.lastElementChild?.textContent ?? []))) assert.equal(ends, 'Today', address);
      assert.equal(await iconOf(page), 'maintenance');
      assert.equal(await iconOf(fresh), 'maintenance');
      assert.equal(await page.locator('body').getAttribute('class'), await fresh.locator('body').getAttribute('class'));
      await Promise.all([page.close(), fresh.close()]);
    }
    await Promise.all([old.close(), young.close()]);
  });

  test('moves the days of a component\'s and a group\'s page', async () => {
    const fresh = await builtAt(MIDNIGHT);
    for (const address of ['components/mail/', 'groups/core/']) {
      const page = await open({ at: MIDNIGHT, address });
      const other = await open({ at: MIDNIGHT, address, folder: fresh, javaScriptEnabled: false });
      assert.deepEqual(await barsOf(page), await barsOf(other));
      assert.equal(await page.locator('h2 .figure').innerText(), await other.locator('h2 .figure').innerText());
      await Promise.all([page.close(), other.close()]);
    }
  });

  test('of a site whose front page shows groups alone moves their days, too', async () => {
    const many = Array.from({ length: 62 }, (_, place) => `[[components]]\nid = "c${place}"\nname = "C${place}"\ngroup = "core"`);
    const siteToml = `${SITE['site.toml']}\n${many.join('\n')}`;
    const site = write('live-many', { ...CALM, 'site.toml': siteToml });
    const [before, later] = await Promise.all([BUILT, FROM].map(async (now) => serve(buildSite(`live-many-${now}`.replaceAll(':', ''), { site, now }))));
    const page = await open({ at: FROM, folder: before });
    const fresh = await open({ at: FROM, folder: later, javaScriptEnabled: false });
    assert.deepEqual(await barsOf(page), await barsOf(fresh));
    assert.equal(await stateOf(page, 'core'), 'Under maintenance');
    assert.equal(await shownOf(page, 'ul.hit'), await shownOf(fresh, 'ul.hit'));
    await Promise.all([page.close(), fresh.close(), before.close(), later.close()]);
  });
});

describe('the last days', () => {
  // Sydney is ten hours ahead of UTC in May.
  const files = {
    'site.toml': `
      stale_after = "10d"
      title = "Example"
      base_url = "https://status.test/"
      time_zone = "Australia/Sydney"
      [[components]]
      id = "api"
      name = "API"`,
    'content/incidents/crossing.md': `
      +++
      title = "Across midnight"
      components = { api = "major_outage" }
      +++
      ## Investigating, 2026-05-18 23:58:40
      It fails.

      ## Resolved, 2026-05-19 00:14:19
      It works.`,
    'content/incidents/long.md': `
      +++
      title = "Five days long"
      components = { api = "degraded_performance" }
      +++
      ## Investigating, 2026-05-10 06:30
      It is slow.

      ## Resolved, 2026-05-15 00:00
      It is fast.`,
    'content/incidents/open.md': `
      +++
      title = "Ongoing since yesterday"
      components = { api = "major_outage" }
      +++
      ## Investigating, 2026-05-19 21:30
      It fails.`,
    'content/maintenance/disks.md': `
      +++
      title = "New disks"
      components = ["api"]
      from = 2026-05-20 23:00
      to = 2026-05-22 00:30
      +++
      ## Scheduled, 2026-05-18 09:00
      A pause.`,
  };
  const site = write('live-past', files);
  const BEFORE = '2026-05-19T14:20:00Z';
  const pastAt = async (now) => serve(buildSite(`live-past-${now}`.replaceAll(':', ''), { site, now }));
  const daysOf = (page) => page.locator('.past dl > div').evaluateAll((all) => all.map((it) => (
    [it.querySelector('dt').textContent, ...[...it.querySelectorAll('.report a')].map((link) => link.textContent)].join(': ')
  )));

  test('each name what touched them', async () => {
    const page = await open({ at: BEFORE, folder: await pastAt(BEFORE), javaScriptEnabled: false });
    assert.deepEqual(await daysOf(page), [
      '20 May: Ongoing since yesterday',
      '19 May: Ongoing since yesterday: Across midnight',
      '18 May: Across midnight',
      '15 – 17 May',
      '10 – 14 May: Five days long',
      '6 – 9 May',
    ]);
    await page.close();
  });

  test('name what goes on, begins or ends by itself on each day that comes', async () => {
    const folder = await pastAt(BEFORE);
    const expected = {
      '2026-05-20T13:00:00Z': ['20 May: New disks: Ongoing since yesterday', '19 May: Ongoing since yesterday: Across midnight'],
      '2026-05-21T14:00:00Z': ['20 – 22 May: New disks: Ongoing since yesterday', '19 May: Ongoing since yesterday: Across midnight'],
      '2026-05-23T14:00:00Z': ['23 – 24 May: Ongoing since yesterday', '20 – 22 May: New disks: Ongoing since yesterday'],
    };
    const page = await open({ at: BEFORE, folder, timezoneId: 'Asia/Tokyo' });
    for (const [at, days] of Object.entries(expected)) {
      await page.clock.fastForward(Date.parse(at) - await page.evaluate(() => Date.now()));
      const fresh = await open({ at, folder: await pastAt(at), javaScriptEnabled: false });
      assert.deepEqual((await daysOf(page)).slice(0, 2), days, at);
      assert.deepEqual(await daysOf(page), await daysOf(fresh), at);
      assert.equal(await shownOf(page, '.past dl'), await shownOf(fresh, '.past dl'), at);
      await fresh.close();
    }
    assert.match(await page.locator('.past .report').first().innerText(), /Ongoing for 4 days 2 hours/);
    await page.close();
  });

  test('keep the focus where it was when a day comes', async () => {
    const page = await open({ at: BEFORE, folder: await pastAt(BEFORE) });
    await page.getByRole('link', { name: 'Five days long' }).focus();
    await page.clock.fastForward(DAY);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Five days long');
    await page.close();
  });

  test('stand in each month that a report touched', async () => {
    const crossing = files['content/incidents/crossing.md'].replace('05-18 23:58:40', '04-28 10:00').replace('05-19 00:14:19', '05-02 10:00');
    const months = write('live-months', { ...files, 'content/incidents/crossing.md': crossing });
    const folder = await serve(buildSite('live-months-built', { site: months, now: BEFORE }));
    for (const [month, days] of Object.entries({
      '2026-04': ['28 – 30 April: Across midnight'],
      '2026-05': ['19 – 20 May: Ongoing since yesterday', '10 – 14 May: Five days long', '1 – 2 May: Across midnight'],
    })) {
      const page = await open({ at: BEFORE, folder, address: `history/${month}/`, javaScriptEnabled: false });
      assert.deepEqual(await page.locator('section').evaluateAll((all) => all.map((it) => (
        [it.querySelector('h2').textContent, ...[...it.querySelectorAll('.report a')].map((link) => link.textContent)].join(': ')
      ))), days);
      await page.close();
    }
    await folder.close();
  });

  test('of two years stand in both', async () => {
    const crossing = files['content/incidents/crossing.md'].replace('2026-05-18', '2025-12-31').replace('2026-05-19', '2026-01-01')
      .replace('title =', 'tags = ["network"]\ntitle =');
    const years = write('live-years', { ...files, 'content/incidents/crossing.md': crossing });
    const folder = await serve(buildSite('live-years-built', { site: years, now: BEFORE }));
    for (const year of [2025, 2026]) {
      const page = await open({ at: BEFORE, folder, address: `components/api/${year}/`, javaScriptEnabled: false });
      assert.equal(await page.locator('.report a', { hasText: 'Across midnight' }).count(), 1);
      await page.close();
    }
    const page = await open({ at: BEFORE, folder, address: 'components/api/', javaScriptEnabled: false });
    assert.equal(await page.locator('.by-year a', { hasText: 'Across midnight' }).count(), 2);
    // A list that says how many reports there are has each of them once.
    await page.goto(`${folder.url}tags/network/`);
    assert.match(await page.locator('.hero').innerText(), /1 report\b/);
    assert.equal(await page.locator('.report').count(), 1);
    await page.close();
    await folder.close();
  });
});

describe('words of doubt', () => {
  test('a page that nobody renewed says how old it is', async () => {
    const young = await open({ at: '2026-11-22T15:00:00Z' });
    assert.equal(await young.locator('.notes').isVisible(), false);
    await young.clock.fastForward(2 * DAY);
    assert.match(await young.locator('.notes').innerText(), /^This page was last updated 4 days 1 hour ago\./);
    await young.close();
  });

  for (const [name, width] of Object.entries(WIDTHS)) {
    test(`lie over nothing on a ${name}`, async () => {
      const viewport = { width, height: 600 };
      for (const address of ['', 'components/mail/', 'incidents/slow-mail/', 'history/2026-11/']) {
        const page = await open({ at: '2026-12-30T15:00:00Z', address, viewport });
        await page.locator('.notes p').waitFor();
        assert.match(await page.locator('.notes').innerText(), /^This page was last updated 40 days 1 hour ago\./);
        assert.deepEqual(await page.evaluate(findCovered), [], `/${address}`);
        await page.close();
      }
    });
  }

  test('come without moving what the reader looks at', async () => {
    for (const scrolled of [0, 200]) {
      const page = await open({ at: '2026-11-23T12:00:00Z', viewport: { width: 390, height: 500 } });
      await page.evaluate((top) => scrollTo(0, top), scrolled);
      const place = () => page.locator('main').evaluate((it) => it.getBoundingClientRect().top);
      const before = await place();
      assert.equal(await page.locator('.notes').isVisible(), false);
      await page.clock.fastForward(DAY);
      await page.locator('.notes p').first().waitFor();
      assert((await place() - before) ** 2 <= 1, `${await place()} and not ${before}`);
      await page.close();
    }
  });

  test('a promised update that is late is called so', async () => {
    for (const address of ['', 'incidents/slow-mail/']) {
      const page = await open({ at: '2026-11-20T16:10:00Z', address });
      const promise = page.locator('.own:has(+ time[data-due])');
      assert.equal(await promise.innerText(), 'in 20 minutes');
      await page.clock.fastForward(45 * MINUTE);
      assert.equal(await promise.innerText(), '25 minutes overdue');
      await page.close();
    }
    assert.equal(PROMISED, '2026-11-20T16:30:00Z');
  });

  test('what goes on says for how long', async () => {
    const page = await open({ at: '2026-11-20T15:17:00Z' });
    assert.match(await page.locator('article.card .meta').filter({ hasText: 'Since' }).first().innerText(), /^Ongoing for 2 hours 7 minutes\s+since 20 November 2026, 06:10 MST/);
    await page.close();
  });
});

describe('a page older than `stale_after`', () => {
  const OLD = '2026-12-04T15:00:00Z';
  const UNKNOWN = 'Status unknown: last confirmed 14 days ago';
  const barOf = async (page, id) => (await page.locator(`[data-bars=${id}]`).getAttribute('data-days')).split(' ');

  test('claims nothing: what it shows was last known', async () => {
    const page = await open({ at: BUILT });
    await page.evaluate(listen);
    await page.clock.fastForward(14 * DAY);
    assert.equal(await page.locator('.hero h1').innerText(), UNKNOWN);
    assert.equal(await page.title(), `${UNKNOWN} – Lumen`);
    assert.equal(await iconOf(page), 'neutral');
    assert.equal(await page.locator('body').getAttribute('class'), 'p-front tone unknown');
    assert.match(await page.locator('.hero > .i').getAttribute('class'), /unknown/);
    assert.deepEqual(await page.evaluate(() => globalThis.heard), [UNKNOWN]);
    assert.equal(await page.locator('.was').innerText(), 'Last known: Minor service outage');
    assert.equal(await page.locator('ul.hit').innerText(), 'Mail Partial outage');
    assert.equal(await stateOf(page, 'mail'), 'Last known: Partial outage');
    assert.equal(await stateOf(page, 'api'), 'Last known: Operational');
    // The maintenance of that evening was to come when the page was last confirmed.
    assert.equal(await visibleTitles(page), 'Mail is slow, Scheduled maintenance');
    assert.match(await page.locator('article.card .eyebrow').innerText(), /^\s*Last known: Open incident/);
    assert.doesNotMatch(await seenIn(page, 'main'), /ongoing|ends in|is late|\bago\b(?<!(confirmed 14|\b90) days ago)/i);
    assert.match(await page.locator('.notes').innerText(), /^This page was last updated 14 days 1 hour ago\./);
    await page.close();
  });

  test('has bars that end today, and the names of their days where nothing counts on', async () => {
    for (const address of ['', 'components/mail/']) {
      const said = (page) => page.locator('.axis').first().locator('[data-ago]').allInnerTexts();
      const page = await open({ at: OLD, address });
      assert.equal((await said(page)).at(-1), 'Today', address);
      const { first, days } = await page.locator('[data-bars=mail]').evaluate((it) => ({ first: it.dataset.first, days: it.viewBox.baseVal.width / 10 }));
      assert.equal(Date.parse(first) + (days - 1) * DAY, Date.parse('2026-12-04'), address);
      const fresh = await open({ at: OLD, address, javaScriptEnabled: false });
      const dates = await said(fresh);
      const alone = await open({ at: OLD, address });
      await alone.route('**/states.*.js', (route) => route.abort());
      await alone.reload({ waitUntil: 'networkidle' });
      expectNoise(/Failed to load resource|net::ERR_FAILED/);
      assert.deepEqual(await said(alone), dates, address);
      assert.equal(dates.at(-1), '20 November', address);
      for (const it of [page, fresh, alone]) await it.close();
    }
  });

  test('has no data of days that no build has seen, and those alone', async () => {
    for (const address of ['', 'components/mail/']) {
      const page = await open({ at: OLD, address });
      const days = await barOf(page, 'mail');
      assert.equal(days.at(-1), '89:-');
      assert.equal(days.at(-14), '76:-');
      // The incident had just begun when the page was last confirmed.
      assert.equal(days.includes('75:-'), false);
      assert.equal((await page.locator('[data-bars=mail] path.bn').count()), 1);
      if (address) assert.equal(await page.locator('.cal td', { hasText: /^21$/ }).first().getAttribute('class'), 'bn');
      else assert.match(await firstLastDay(page), /^21 November – 4 December: No data$/);
      await page.close();
    }
  });

  test('is one of any kind', async () => {
    for (const [address, selector, text] of [
      ['components/mail/', '.now', /^\s*Last known: Partial outage/],
      ['components/api/', '.now', /^\s*Last known: Operational/],
      ['groups/core/', '.now', /^\s*Last known: Operational/],
      ['incidents/slow-mail/', '.eyebrow', /^\s*Last known: Incident Investigating/],
      ['maintenance/disks/', '.eyebrow', /^\s*Last known: Maintenance Scheduled/],
      ['history/', '.report .meta', /^Last known: Investigating/],
    ]) {
      const page = await open({ at: OLD, address });
      await page.locator('.notes p').waitFor();
      assert.match(await page.locator(selector).filter({ visible: true }).first().innerText(), text);
      assert.equal(await iconOf(page), 'neutral', address);
      assert.match(await page.locator('body').getAttribute('class'), /tone unknown$/);
      assert.equal(await page.locator('.voice[role=status]').textContent(), UNKNOWN);
      assert.doesNotMatch(await page.locator('main').innerText(), /ongoing for|this update is/i);
      await page.close();
    }
  });

  test('is trusted again when a newer build is there', async () => {
    const site = await changing();
    const page = await open({ at: OLD, folder: site });
    const next = buildSite('live-renewed', { site: folder, now: OLD });
    cpSync(next, site.dir, { recursive: true });
    await settled(page, '.hero h1', 'Minor service outage');
    assert.equal(await iconOf(page), 'minor');
    assert.equal(await stateOf(page, 'mail'), 'Partial outage');
    assert.equal(await page.locator('.last-known, .was').count(), 0);
    assert.equal(await page.locator('body').getAttribute('class'), 'p-front tone partial');
    await page.close();
    await site.close();
  });

  test('says as of when it is without scripts', async () => {
    const page = await open({ at: OLD, javaScriptEnabled: false });
    assert.match(await page.locator('.hero').innerText(), /As of 20 November 2026, 06:10 MST/);
    await page.close();
  });
});

test('a page that has asked says that it is the latest, and when something changed last', async () => {
  for (const [address, selector] of [['', '.hero'], ['incidents/slow-mail/', '.foot']]) {
    const site = await serve(built.dir);
    const page = await open({ at: BUILT, folder: site, address });
    await page.locator(selector, { hasText: /Latest version · last change 1 hour 50 minutes ago 20 November 2026, 06:10 MST/ }).waitFor();
    await page.route('**/build.json', (route) => route.fulfill({ status: 500 }));
    await page.clock.fastForward(MINUTE);
    await page.locator(selector, { hasText: /As of 1 hour 51 minutes ago 20 November 2026, 06:10 MST/ }).waitFor();
    await page.close();
    await site.close();
  }
  expectNoise(/500/);
});

test('figures of the month and the year count on with those beside the bars', async () => {
  // 15:45 is 9,300 s after 13:10: 2,790 s of a day's 86,400 s at 30 percent.
  const page = await open({ at: '2026-11-20T15:45:00Z', address: 'components/mail/' });
  assert.equal(await page.locator('h2 .figure').innerText(), '96.77%');
  assert.equal(await page.locator('.cal [data-period="2026-11"]').innerText(), '96.77%');
  assert.deepEqual(await page.locator('td[data-period^="2026"]').allInnerTexts(), ['96.77', ...Array(10).fill('–'), '96.77', '–']);
  assert.equal(await page.locator('.cal td', { hasText: /^20$/ }).getAttribute('class'), 'b7');
  await page.clock.fastForward(45 * MINUTE);
  assert.equal(await page.locator('.cal td', { hasText: /^20$/ }).getAttribute('class'), 'b9');
  await page.close();
});

test('all figures of a page without scripts count to its as-of', async () => {
  const since = (id) => `[[components]]\nid = "${id}"\nname = "${id}"\ngroup = "core"\nsince = 2026-11-20\n`;
  const head = SITE['site.toml'].replace(/\[\[components[^]*/, '');
  const site = write('live-as-of', {
    'site.toml': head + since('api') + since('web'),
    'content/incidents/slow.md': SITE[INCIDENT].replace('mail =', 'api ='),
    'content/incidents/web.md': `
      +++
      title = "Web is looked at"
      components = ["web"]
      +++
      ## Investigating, 2026-11-20 08:00
      Nothing is wrong.`,
  });
  const folder = await serve(buildSite('live-as-of-built', { site, now: '2026-11-20T16:00:00Z' }));
  // 110 minutes at 30 percent, of one day; the group is the mean with 100.
  const page = await open({ at: BUILT, folder, address: 'groups/core/', javaScriptEnabled: false });
  assert.deepEqual(await page.locator('.row .figure').allInnerTexts(), ['97.70%', '100.00%']);
  assert.equal(await page.locator('h2 .figure').innerText(), '98.85%');
  assert.deepEqual(await page.locator('[data-period="2026-11"], [data-period="2026"]').allInnerTexts(), ['98.85%', '98.85', '98.85']);
  await page.goto(folder.url);
  assert.deepEqual(await page.locator('.figure').filter({ visible: true }).allInnerTexts(), ['98.85%', '97.70%', '100.00%']);
  await page.close();
  await folder.close();
});

test('minutes that pass are announced to nobody', async () => {
  const page = await open({ at: '2026-11-20T15:10:00Z' });
  await page.evaluate(listen);
  const figure = await page.locator('[data-figure=mail]').innerText();
  for (let minute = 0; minute < 45; minute += 1) await page.clock.fastForward(MINUTE);
  assert.notEqual(await page.locator('[data-figure=mail]').innerText(), figure);
  assert.match(await page.locator('article.card .meta').filter({ hasText: 'Since' }).first().innerText(), /Ongoing for 2 hours 45 minutes/);
  assert.deepEqual(await page.evaluate(() => globalThis.heard), []);
  assert.equal(await page.locator('[aria-live], [role=status], [role=alert]').count(), 1);
  await page.close();
});

test('another language says all of it', async () => {
  const german = {
    'ongoing = Ongoing for { $length }': 'ongoing = seit { $length }',
    'overall-maintenance = Service under maintenance': 'overall-maintenance = Wartung läuft',
    'state-under_maintenance = Under maintenance': 'state-under_maintenance = In Wartung',
    'own = { $time } your time': 'own = { $time } bei Ihnen',
    '[one] 1 hour\n   *[other] { $count } hours': '[one] 1 Stunde\n   *[other] { $count } Stunden',
    'stale = This page was last updated { $length } ago. The status may have changed since then.': 'stale = Stand: vor { $length }.',
    '[one] 1 day\n   *[other] { $count } days\n}\nlength-hours': '[one] 1 Tag\n   *[other] { $count } Tagen\n}\nlength-hours',
  };
  const english = readFileSync(join(ROOT, 'themes/default/i18n/en.ftl'), 'utf8');
  const words = Object.entries(german).reduce((text, [from, to]) => text.replace(from, to), english);
  assert.equal(Object.values(german).every((to) => words.includes(to)), true);
  const site = write('live-german', { ...SITE, 'site.toml': `language = "de"\n${SITE['site.toml']}` });
  mkdirSync(join(site, 'themes/default/i18n'), { recursive: true });
  writeFileSync(join(site, 'themes/default/i18n/de.ftl'), words);
  const folder = await serve(buildSite('live-german-built', { site, now: BUILT }));
  const page = await open({ at: '2026-11-20T15:10:00Z', folder, timezoneId: 'Europe/Berlin' });
  assert.match(await page.locator('article.card .meta').filter({ hasText: 'Since' }).first().innerText(), /seit 2 Stunden\s+14:10 bei Ihnen\s+since 20 November 2026, 06:10 MST\s+Mail/);
  await page.evaluate(listen);
  await page.clock.fastForward(Date.parse(FROM) - Date.parse('2026-11-20T15:10:00Z'));
  assert.equal(await stateOf(page, 'web'), 'In Wartung');
  assert.deepEqual(await page.evaluate(() => globalThis.heard), ['Web: In Wartung. Core: In Wartung']);
  await page.clock.fastForward(4 * DAY);
  await page.locator('.notes p', { hasText: 'Stand: vor 4 Tagen 3 Stunden.' }).waitFor();
  await page.close();
  await folder.close();
});

test('scripts do nothing for what the templates of a theme leave out', async () => {
  const base = readFileSync(join(ROOT, 'themes/default/templates/base.html'), 'utf8');
  assert.match(base, /<main [^]*<footer[^]*<\/footer>/);
  const footless = base.replace(/<footer[^]*<\/footer>/, '');
  const front = (main) => `{% extends "base.html" %}
    {% block head %}<script type="module" src="{{ asset(name="bars.js") }}"></script>{% endblock head %}
    {% block main %}${main}{% endblock main %}`;
  const parts = `<h1>Ours</h1><p data-overall>All</p><p data-part="web">Web</p><p data-part="web"><span class="state">Up</span></p>
    <div class="bw"></div><div class="bw"><svg class="bars" data-bars="api"></svg></div>
    <div data-last-days="1"></div><ul class="updates"><li><h3>x</h3></li></ul><details><summary></summary></details>`;
  const themes = {
    bare: { 'front.html': front('<p>Ours</p>') },
    partial: { 'front.html': front(parts), 'base.html': footless },
    mainless: { 'front.html': front(parts), 'base.html': base.replace('<main ', '<section ').replace('</main>', '</section>') },
  };
  for (const [name, templates] of Object.entries(themes)) {
    const files = Object.entries(templates).map(([file, text]) => [`themes/own/templates/${file}`, text]);
    const site = write(`live-${name}`, { ...SITE, 'site.toml': `theme = "own"\n${SITE['site.toml']}`, ...Object.fromEntries(files) });
    const folder = await serve(buildSite(`live-${name}-built`, { site, now: BUILT }));
    const page = await open({ at: '2026-11-20T15:01:00Z', folder });
    await page.clock.fastForward(Date.parse(FROM) - Date.parse(BUILT));
    await page.clock.fastForward(2 * DAY);
    for (const bar of await page.locator('.bw').all()) await bar.dispatchEvent('pointermove', { pointerType: 'mouse' });
    assert.deepEqual(problems.splice(0), [], name);
    await page.close();
    await folder.close();
  }
});

test('a browser that keeps nothing is told the same', async () => {
  const page = await open({
    at: FROM,
    before: () => Object.defineProperty(globalThis, 'localStorage', { get: () => { throw new DOMException('no', 'SecurityError'); } }),
  });
  assert.equal(await stateOf(page, 'web'), 'Under maintenance');
  await page.locator('.scheme').click();
  await page.clock.fastForward(Date.parse(TO) - Date.parse(FROM));
  assert.equal(await stateOf(page, 'web'), 'Operational');
  await page.close();
});

test('months and years with a report that goes on ask for news of it, others are at rest', async () => {
  const site = write('live-long', { ...CALM, 'content/incidents/long.md': `
    +++
    title = "Slow for long"
    components = { api = "degraded_performance" }
    +++
    ## Investigating, 2025-10-19 06:10
    It is slow.` });
  const folder = await serve(buildSite('live-long-built', { site, now: BUILT }));
  for (const address of ['history/2025-10/', 'components/api/2025/']) {
    const page = await open({ at: BUILT, folder, address });
    assert.match(await page.locator('.report').innerText(), /Ongoing for 397 days 2 hours|Ongoing for 397 days/);
    assert.equal(await page.locator('script[src*="/live."]').count(), 1);
    await page.close();
  }
  await folder.close();
  const page = await open({ at: BUILT, folder: await builtAt('2026-12-05T12:00:00Z'), address: 'history/2026-11/' });
  assert.equal(await page.locator('script[src*="/live."]').count(), 1, 'the open incident');
  await page.close();
  const rested = await calm('2026-12-05T12:00:00Z');
  const quiet = await open({ at: BUILT, folder: rested, address: 'history/2026-11/' });
  assert.equal(await quiet.locator('script[src*="/live."]').count(), 0);
  await quiet.close();
});

describe('the reader\'s own time', () => {
  test('stands before the site\'s where it differs, with its day where that is another', async () => {
    const page = await open({ at: BUILT, address: 'incidents/old/', timezoneId: 'Europe/Berlin' });
    const updates = await page.locator('.updates h3').allInnerTexts();
    assert.deepEqual(updates.map((text) => text.replace(/\s+/g, ' ')), [
      'Resolved 08:25 your time 17 November 2026, 00:25 MST',
      'Investigating 17 November, 07:40 your time 16 November 2026, 23:40 MST',
    ]);
    await page.goto(`${built.url}maintenance/disks/`);
    assert.match(await page.locator('.facts').innerText(), /18:00 – 20:30 your time\s+Friday, 20 November 2026, 10:00 – 12:30 MST/);
    await page.close();
  });

  test('has both ends of a span of which one agrees', async () => {
    const site = write('live-fall', { ...CALM, 'content/maintenance/fall.md': `
      +++
      title = "Fall"
      components = ["web"]
      from = 2026-11-01 00:30
      to = 2026-11-01 04:00
      +++
      ## Scheduled, 2026-10-18 09:00
      The web pauses.` });
    const folder = await serve(buildSite('live-fall-built', { site, now: '2026-10-31T12:00:00Z' }));
    const page = await open({ at: '2026-10-31T12:00:00Z', folder, address: 'maintenance/fall/' });
    assert.match(await page.locator('.facts').innerText(), /Saturday, 31 October, 23:30 – Sunday, 1 November, 04:00 your time\s+Sunday, 1 November 2026, 00:30 MDT –\s+Sunday.* MST/);
    await page.close();
    await folder.close();
  });

  test('names the reader\'s days of a span: both, one, or none where it is the site\'s', async () => {
    const report = (from, to) => `
      +++
      title = "Spans"
      components = { web = "partial_outage" }
      +++
      ## Investigating, ${from}
      It fails.

      ## Resolved, ${to}
      It works.`;
    const site = write('live-spans', {
      ...CALM,
      'content/incidents/evening.md': report('2026-11-10 15:30', '2026-11-10 17:10'),
      'content/incidents/night.md': report('2026-11-12 22:30', '2026-11-13 00:40'),
      'content/incidents/noon.md': report('2026-11-14 11:00', '2026-11-14 11:30'),
    });
    const folder = await serve(buildSite('live-spans-built', { site, now: BUILT }));
    for (const [slug, own] of [
      // The site's one day is two of the reader's, its two days are one, and the day is the same.
      ['evening', '10 November, 23:30 – 11 November, 01:10 your time'],
      ['night', '13 November, 06:30 – 08:40 your time'],
      ['noon', '19:00 – 19:30 your time'],
    ]) {
      const page = await open({ at: BUILT, folder, address: 'history/2026-11/', timezoneId: 'Europe/Berlin' });
      const row = page.locator('.report', { has: page.locator(`a[href*="/${slug}/"]`) }).first();
      assert.equal((await row.locator('.own').first().textContent()).trim(), own);
      await page.close();
    }
    await folder.close();
  });

  test('is left out where both clocks agree', async () => {
    const page = await open({ at: BUILT, address: 'incidents/old/', timezoneId: 'America/Phoenix' });
    assert.doesNotMatch(await page.locator('main').innerText(), /your time/);
    await page.close();
  });
});

describe('a newer build', () => {
  test('takes the page\'s place where the reader is', async () => {
    const site = await changing();
    const page = await open({ at: BUILT, folder: site, viewport: { width: 390, height: 500 } });
    await page.evaluate(listen);
    await page.evaluate(() => {
      document.querySelector('details').open = false;
      document.querySelector('.past').kept = true;
      document.querySelector('[data-part=mail]').scrollIntoView();
    });
    const place = () => page.evaluate(() => Math.round(document.querySelector('[data-part=mail] a').getBoundingClientRect().top));
    const before = await place();
    assert.equal(await page.evaluate(() => scrollY > 0), true);
    site.change();
    await settled(page, '.hero h1', 'All systems operational');
    assert.equal(await page.title(), 'All systems operational – Lumen');
    assert.equal(await stateOf(page, 'mail'), 'Operational');
    assert.equal(await visibleTitles(page), 'Scheduled maintenance');
    // Browsers scroll by whole pixels only.
    assert((await place() - before) ** 2 <= 1, `${await place()} and not ${before}`);
    assert.equal(await page.locator('details').evaluate((it) => it.open), false);
    assert.deepEqual(await page.evaluate(() => globalThis.heard), [
      'The page was updated. All systems operational – Lumen',
    ]);
    await page.close();
    await site.close();
  });

  test('waits behind a button while the reader is at work inside', async () => {
    const site = await changing();
    const page = await open({ at: BUILT, folder: site });
    await page.evaluate(listen);
    await page.locator('article.card a').first().focus();
    site.change();
    await settled(page, '.notes p', 'A newer version of this page is available.');
    assert.equal(await page.locator('.hero h1').innerText(), 'Minor service outage');
    assert.deepEqual(await page.evaluate(() => globalThis.heard), ['A newer version of this page is available.']);
    const before = await page.evaluate(() => document.activeElement.href);
    await page.getByRole('button', { name: 'Show it' }).click();
    assert.equal(await page.locator('.hero h1').innerText(), 'All systems operational');
    assert.equal(await page.evaluate(() => document.activeElement.href), before);
    assert.equal(await page.locator('.notes').isVisible(), false);
    await page.close();
    await site.close();
  });

  test('shows itself when the reader has left the content', async () => {
    const site = await changing();
    const page = await open({ at: BUILT, folder: site });
    await page.locator('article.card a').first().focus();
    site.change();
    await settled(page, '.notes p', 'A newer version of this page is available.');
    await page.evaluate(() => document.activeElement.blur());
    await settled(page, '.hero h1', 'All systems operational');
    await page.close();
    await site.close();
  });

  test('brings its icon', async () => {
    for (const [address, before, after] of [['', 'minor', 'none'], ['components/mail/', 'minor', 'none'], ['incidents/slow-mail/', 'minor', 'none']]) {
      const site = await changing();
      const page = await open({ at: BUILT, folder: site, address });
      assert.equal(await iconOf(page), before);
      site.change();
      await page.evaluate(() => {
        globalThis.isOld = true;
      });
      await settled(page, '[role=status]', 'The page was updated.');
      assert.equal(await iconOf(page), after);
      assert.equal(await page.evaluate(() => globalThis.isOld), true, 'was loaded anew');
      assert.equal((await page.request.get(await page.locator('[rel=icon]').evaluate((it) => it.href))).status(), 200);
      await page.close();
      await site.close();
    }
  });

  test('moves nothing under the reader\'s eyes, whatever is repeated or gone above', async () => {
    const worse = SITE[INCIDENT].concat('\n## Identified, 2026-11-20 08:20\nmail: major_outage\n\nA longer word.\n\nAnd more.\n');
    const newer = { 'content/incidents/newer.md': `
      +++
      title = "Faxes fail"
      +++
      ## Investigating, 2026-11-20 07:30
      ${'They do not come.\n\n'.repeat(12)}` };
    const looks = [
      // The component is named in the banner, too, and stays there.
      [{ ...SITE, [INCIDENT]: worse }, '[data-part=mail]', '[data-part=mail] a'],
      // The incident's card goes; its line below stays. The next thing in sight is to stay where it is.
      [{ ...SITE, [INCIDENT]: SITE[INCIDENT] + RESOLVED, ...newer }, 'article.card:nth-of-type(2) h2', 'section.card .report a', newer],
      // What is folded is in nobody's sight.
      [{ ...SITE, [INCIDENT]: worse }, '.past', '.past .report a'],
    ];
    for (const [files, top, watched, first] of looks) {
      const site = await changing(files, { ...SITE, ...first });
      const page = await open({ at: BUILT, folder: site, viewport: { width: 390, height: 500 } });
      await page.evaluate((top) => {
        document.querySelector('details').open = false;
        document.querySelector(top).scrollIntoView();
      }, top);
      const place = () => page.locator(watched).first().evaluate((it) => Math.round(it.getBoundingClientRect().top));
      const before = await place();
      assert.equal(await page.evaluate(() => scrollY > 0), true);
      site.change();
      await settled(page, '[role=status]', 'The page was updated.');
      assert((await place() - before) ** 2 <= 1, `${top}: ${await place()} and not ${before}`);
      await page.close();
      await site.close();
    }
  });

  test('gives the focus back to a bar, a fold or a link that stands there twice', async () => {
    for (const [from, key] of [['[data-part=mail] .bw', 'slider'], ['summary', 'summary'], ['[data-part=mail] a', 'link']]) {
      const site = await changing({ ...SITE, [INCIDENT]: `${SITE[INCIDENT]}\n## Identified, 2026-11-20 08:20\nWe know why.` });
      const page = await open({ at: BUILT, folder: site });
      await page.locator(from).first().focus();
      site.change();
      await settled(page, '.notes p', 'A newer version of this page is available.');
      await page.getByRole('button', { name: 'Show it' }).click();
      assert.equal(await page.locator(from).first().evaluate((it) => it === document.activeElement), true, key);
      assert.match(await page.locator('article.card').innerText(), /We know why/);
      await page.close();
      await site.close();
    }
  });

  test('waits while the reader reads what a day of a bar tells, or has marked something', async () => {
    const begin = {
      hover: (page) => page.locator('[data-part=mail] .bw').hover(),
      mark: (page) => page.evaluate(() => getSelection().selectAllChildren(document.querySelector('.hero h1'))),
    };
    const end = {
      hover: (page) => page.mouse.click(1, 1),
      mark: (page) => page.evaluate(() => getSelection().removeAllRanges()),
    };
    for (const act of ['hover', 'mark']) {
      const site = await changing();
      const page = await open({ at: BUILT, folder: site });
      await begin[act](page);
      site.change();
      await settled(page, '.notes p', 'A newer version of this page is available.');
      assert.equal(await page.locator('.hero h1').innerText(), 'Minor service outage');
      await end[act](page);
      await settled(page, '.hero h1', 'All systems operational');
      await page.close();
      await site.close();
    }
  });

  test('shows itself in a tab that comes back after days', async () => {
    const site = await changing();
    const page = await open({ at: BUILT, folder: site });
    await show(page, false);
    await page.clock.fastForward(3 * DAY);
    site.change();
    await page.clock.fastForward(DAY);
    assert.equal(await page.locator('[data-bars=mail]').getAttribute('data-first'), '2026-08-27');
    assert.equal(await page.locator('.hero h1').innerText(), 'Status unknown: last confirmed 4 days ago');
    await show(page, true);
    // The newer build is itself too old by now.
    await page.locator('.was', { hasText: 'Last known: All systems operational' }).waitFor();
    assert.equal(await page.locator('.hero h1').innerText(), 'Status unknown: last confirmed 3 days ago');
    assert.equal(await page.locator('[data-bars=mail]').getAttribute('data-first'), '2026-08-27');
    assert.equal(await page.locator('.notes').innerText(), 'This page was last updated 3 days 23 hours ago. The status may have changed since then.');
    await page.close();
    await site.close();
  });

  test('of other pages leaves a page alone', async () => {
    const site = await changing();
    const page = await open({ at: BUILT, folder: site, address: 'components/web/' });
    await page.evaluate(() => {
      document.querySelector('main').firstElementChild.kept = true;
    });
    site.change();
    const [answer] = await Promise.all([page.waitForResponse(/components\/web\/$/), page.clock.fastForward(MINUTE)]);
    await answer.finished();
    assert.equal(await page.evaluate(() => document.querySelector('main').firstElementChild.kept), true);
    assert.equal(await page.locator('.notes').isVisible(), false);
    await page.close();
    await site.close();
  });

  test('with other scripts or styles loads the page anew', async () => {
    const site = await changing();
    const page = await open({ at: BUILT, folder: site });
    await page.evaluate(() => {
      globalThis.isOld = true;
      document.querySelector('head [rel=stylesheet]').href += '?old';
    });
    site.change();
    await settled(page, '.hero h1', 'All systems operational');
    assert.equal(await page.evaluate(() => globalThis.isOld), undefined);
    await page.close();
    await site.close();
  });
});

test('a page that cannot ask says since when', async () => {
  const site = await serve(built.dir);
  const page = await open({ at: BUILT, timezoneId: 'Europe/Berlin', folder: site });
  await until(() => isAsked(site));
  await page.context().setOffline(true);
  await page.clock.fastForward(5 * MINUTE);
  await settled(page, '.notes p', /^Could not check for updates since 16:00 your time, \d+ minutes ago\.$/);
  await page.context().setOffline(false);
  await page.clock.fastForward(MINUTE);
  await page.locator('.notes').waitFor({ state: 'hidden' });
  await page.close();
  expectNoise(/ERR_INTERNET_DISCONNECTED/);
});

describe('a host that fails', () => {
  const answers = {
    'an error': { status: 500, body: 'no' },
    'nothing': { status: 404, body: '' },
    'no JSON': { contentType: 'application/json', body: '{"as_of":' },
    'JSON of something else': { contentType: 'application/json', body: '{"error":"try later"}' },
    'a page of its own': { contentType: 'text/html', body: '<!doctype html><title>Oops</title><main>Back soon</main>' },
  };
  const said = /^Could not check for updates since 16:00 your time, \d+ minutes? ago\.$/;

  for (const [what, answer] of Object.entries(answers)) {
    test(`with ${what} in place of build.json is said, and since when`, async () => {
      const site = await serve(built.dir);
      const page = await open({ at: BUILT, timezoneId: 'Europe/Berlin', folder: site });
      await until(() => isAsked(site));
      await page.route('**/build.json', (route) => route.fulfill(answer));
      await settled(page, '.notes p', said);
      await page.unroute('**/build.json');
      await page.clock.fastForward(MINUTE);
      await page.locator('.notes').waitFor({ state: 'hidden' });
      await page.close();
      await site.close();
      expectNoise(/Failed to load resource/);
    });
  }

  test('that never answers is said to fail', async () => {
    const hurry = () => {
      const { timeout } = AbortSignal;
      AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms / 100);
    };
    const site = await serve(built.dir);
    const page = await open({ at: BUILT, timezoneId: 'Europe/Berlin', folder: site, before: hurry });
    await until(() => isAsked(site));
    await page.route('**/build.json', () => {});
    await settled(page, '.notes p', said);
    await page.close();
    await site.close();
  });

  test('with another page in place of this one leaves this one standing', async () => {
    const site = await changing();
    const page = await open({ at: BUILT, timezoneId: 'Europe/Berlin', folder: site });
    await until(() => isAsked(site));
    await page.evaluate(() => {
      globalThis.isOld = true;
    });
    for (const answer of [answers['a page of its own'], answers['an error']]) {
      await page.route(site.url, (route) => route.fulfill(answer));
      site.change();
      await settled(page, '.notes p', said);
      assert.equal(await page.evaluate(() => globalThis.isOld), true);
      assert.equal(await page.locator('.hero h1').innerText(), 'Minor service outage');
      await page.unroute(site.url);
    }
    await settled(page, '.hero h1', 'All systems operational');
    await page.close();
    await site.close();
    expectNoise(/Failed to load resource/);
  });

  test('says so at once when the network goes', async () => {
    const site = await serve(built.dir);
    const page = await open({ at: BUILT, folder: site });
    await until(() => isAsked(site));
    await setTimeout(500);
    await page.context().setOffline(true);
    await page.locator('.notes p', { hasText: 'Could not check for updates since 08:00 your time' }).waitFor();
    await page.context().setOffline(false);
    await page.locator('.notes').waitFor({ state: 'hidden' });
    await page.close();
    expectNoise(/ERR_INTERNET_DISCONNECTED/);
  });

  test('leaves a page without components its own date', async () => {
    for (const address of ['incidents/slow-mail/', 'history/']) {
      const context = await browser.newContext({ from: '2026-11-24T15:00:00Z', timezoneId: 'America/Phoenix' });
      const page = await context.newPage();
      await page.route('**/build.json', (route) => route.fulfill({ status: 500 }));
      await page.goto(built.url + address);
      await page.locator('.notes p', { hasText: 'This page was last updated 4 days 1 hour ago.' }).waitFor();
      await page.locator('.notes p', { hasText: 'Could not check for updates since' }).waitFor();
      await context.close();
    }
  });
});

test('whether a newer build is there is asked once a minute, conditionally, while the page is seen', async () => {
  const site = await serve(built.dir, { etags: true });
  const page = await open({ at: BUILT, folder: site });
  const asked = () => site.answers.filter(({ path }) => path === 'build.json');
  await until(() => asked().length === 1);
  for (const count of [2, 3]) {
    await page.clock.fastForward(MINUTE);
    await until(() => asked().length === count);
  }
  assert.deepEqual(asked().map(({ status }) => status), [200, 304, 304]);
  await show(page, false);
  await page.clock.fastForward(10 * MINUTE);
  assert.equal(asked().length, 3);
  await show(page, true);
  await until(() => asked().length === 4);
  await page.close();
  await site.close();
});

test('a tab that comes back is right at once', async () => {
  const page = await open({ at: '2026-11-20T16:59:10Z', folder: await calm() });
  await page.clock.pauseAt(Date.parse('2026-11-20T17:00:20Z') - 21_000);
  assert.equal(await stateOf(page, 'web'), 'Operational');
  // The browser stops timers of hidden tabs: the clock alone goes on.
  await page.clock.setFixedTime(Date.parse(TO));
  assert.equal(await stateOf(page, 'web'), 'Operational');
  await page.clock.setFixedTime(Date.parse(FROM));
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  assert.equal(await stateOf(page, 'web'), 'Under maintenance');
  await page.close();
});

test('addresses of files on a host that knows no folders change nothing', async () => {
  const name = 'live-files';
  const siteToml = `url_style = "file"\n${SITE['site.toml']}`;
  const site = write(name, { ...SITE, 'site.toml': siteToml });
  const folder = await serve(buildSite(`${name}-built`, { site, now: BUILT }), { directoryIndex: false });
  const page = await open({ at: '2026-11-20T16:59:30Z', folder, address: 'index.html' });
  await page.clock.fastForward(MINUTE);
  assert.equal(await stateOf(page, 'web'), 'Under maintenance');
  const favicon = await page.request.get(await page.locator('[rel=icon]').evaluate((it) => it.href));
  assert.equal(favicon.status(), 200);
  await page.goto(await page.locator('ul.hit a', { hasText: 'Web' }).evaluate((it) => it.href));
  assert.equal(new URL(page.url()).pathname, '/repo/components/web.html');
  assert.equal(await stateOf(page, 'web'), 'Under maintenance');
  await page.goto(`${folder.url}maintenance/disks.html`);
  assert.match(await page.locator('.eyebrow:visible').innerText(), /In progress/);
  await page.goto(`${folder.url}index.html`);
  const later = write(`${name}-later`, { ...SITE, 'site.toml': siteToml, [INCIDENT]: SITE[INCIDENT] + RESOLVED });
  cpSync(buildSite(`${name}-next`, { site: later, now: '2026-11-20T15:21:00Z' }), folder.dir, { recursive: true });
  await settled(page, '.hero h1', 'Service under maintenance');
  await page.close();
  await folder.close();
});

test('a clock that stands in for the browser\'s is read', async () => {
  const context = await browser.newContext({ at: BUILT });
  await context.addInitScript((now) => {
    globalThis.allclearNow = now;
  }, Date.parse(FROM));
  const page = await context.newPage();
  await page.goto(built.url);
  assert.equal(await stateOf(page, 'web'), 'Under maintenance');
  await page.evaluate((now) => {
    globalThis.allclearNow = now;
    document.dispatchEvent(new Event('visibilitychange'));
  }, Date.parse(TO));
  assert.equal(await stateOf(page, 'web'), 'Operational');
  await context.close();
});

test('without scripts a page built during a maintenance says as of when, and until when', async () => {
  const page = await open({ at: '2027-02-01T00:00:00Z', folder: await builtAt(FROM), javaScriptEnabled: false });
  assert.match(await page.locator('.hero').innerText(), /As of 20 November 2026, 10:00 MST/);
  assert.match(await page.locator('main').innerText(), /New disks\s+[^]*Friday, 20 November 2026, 10:00 – 12:30 MST/);
  assert.doesNotMatch(await page.locator('body').innerText(), /\bago\b|ongoing for|your time|ends in/i);
  await page.close();
});

test('without scripts a page says nothing that rots', async () => {
  const page = await open({ at: '2027-02-01T00:00:00Z', javaScriptEnabled: false });
  const text = await page.locator('body').innerText();
  assert.doesNotMatch(text, /\bago\b|ongoing for|in progress|your time|ends in/i);
  assert.match(text, /As of 20 November 2026, 06:10 MST/);
  assert.match(text, /Scheduled maintenance\s+New disks\s+Friday, 20 November 2026, 10:00 – 12:30 MST/);
  await page.close();
});

test('readers who want little motion get none', async () => {
  for (const address of ['', 'incidents/slow-mail/']) {
    const page = await open({ at: BUILT, address, reducedMotion: 'reduce' });
    const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((it) => {
      const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(it);
      return transitionDuration !== '0s' || animationName !== 'none' || scrollBehavior !== 'auto';
    }).map((it) => it.outerHTML.slice(0, 80)));
    assert.deepEqual(moving, []);
    await page.close();
  }
});

describe('weights', () => {
  const compressed = (path) => gzipSync(readFileSync(path), { level: 6 }).length;

  test('what keeps a page right weighs 8 KB at most, words and all', () => {
    const scripts = filesOf(join(built.dir, 'assets')).filter((file) => /^(live|states)\.[0-9a-f]+\.js$/.test(file));
    assert.equal(scripts.length, 2);
    const weight = scripts.reduce((sum, file) => sum + compressed(join(built.dir, 'assets', file)), 0);
    assert(weight <= 8 * 1024, `${weight} bytes`);
  });

  test('a front page of 20 components with trouble on many days weighs 30 KB at most', async () => {
    const ids = Array.from({ length: 20 }, (_, place) => `part-${place}`);
    const toml = ids.map((id, place) => `[[components]]\nid = "${id}"\nname = "Part ${place} of it all"${place % 2 ? '\ngroup = "core"' : ''}`);
    const day = (place) => new Date(Date.parse(BUILT) - (place % 88 + 1) * DAY).toISOString().slice(0, 10);
    const reports = Array.from({ length: 200 }, (_, place) => [`content/incidents/r${place}.md`, `
      +++
      title = "Trouble number ${place}"
      components = { ${ids[(place * 7) % 20]} = "${['partial_outage', 'major_outage', 'degraded_performance'][place % 3]}" }
      +++
      ## Investigating, ${day(place * 5)} 0${place % 9}:${10 + place % 50}
      We look.

      ## Resolved, 1${place % 10}:${10 + (place * 3) % 50}
      It works.`]);
    const site = write('live-heavy', { ...SITE, 'site.toml': `${SITE['site.toml']}\n${toml.join('\n')}`, ...Object.fromEntries(reports) });
    const heavy = await serve(buildSite('live-heavy-built', { site, now: BUILT }));
    const weight = weightOf(heavy, 'index.html');
    assert(weight <= 30 * 1024, `${weight} bytes`);
    const page = await open({ at: MIDNIGHT, folder: heavy });
    assert.equal(await page.locator('[data-bars]').count(), 24);
    await page.close();
    await heavy.close();
  });
});

test('all of that happened in silence, without a request to another host, and as the policy has it', () => {
  assert.deepEqual(problems, []);
});

/** Opens a page for a reader whose clock shows `at`, in a zone that never moves and agrees with the site's in winter. */
async function open({ at, folder: site = built, address = '', timezoneId = 'America/Phoenix', before, ...options }) {
  const from = new Date(Date.parse(at) - MINUTE).toISOString();
  const context = await browser.newContext({ from, timezoneId, viewport: { width: 1280, height: 900 }, ...options });
  await watch(context, site);
  if (before) await context.addInitScript(before);
  const page = await context.newPage();
  closeTogether(page, context);
  await page.clock.pauseAt(Date.parse(at));
  await page.goto(site.url + address);
  return page;
}

/** Takes what a failing host makes the console say, and nothing else, out of what went wrong. */
function expectNoise(expected) {
  assert.deepEqual(problems.splice(0).filter((problem) => !expected.test(problem)), []);
}

/** What went wrong on any page of this file: noise on the console, requests to other hosts, violations of the policy. */
const problems = [];

async function watch(context, site) {
  await context.addInitScript(() => addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    console.error(`violates the policy: ${effectiveDirective} ${blockedURI}`);
  }));
  context.on('weberror', (failure) => problems.push(String(failure.error())));
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  context.on('request', (request) => {
    if (!request.url().startsWith(site.origin)) problems.push(`asks another host for ${request.url()}`);
  });
}

const stateOf = async (page, id) => (await page.locator(`[data-part="${id}"] .state`).first().textContent()).trim();

/** The text without as of when it is true. */
const undated = (text) => text.replace(/ (As of|Latest version · last change) \d+ \w+ \d+, [\d:]+ \w+/, '');

/** The state that the browser's icon shows. */
const iconOf = async (page) => (await page.locator('[rel=icon]').getAttribute('href')).replace(/.*\/(\w+)\.svg$/, '$1');

const firstLastDay = (page) => page.locator('.past dl > div:not([hidden])').first().innerText().then((text) => text.replace(/\s*\n\s*/g, ': '));

/** The headings of the cards above the components. */
const visibleTitles = async (page) => (
  (await page.locator('main > .card').locator('.eyebrow.maintenance:visible, h2:not(.eyebrow):visible').allInnerTexts())
    .map((text) => text.trim()).join(', ')
);

/** What is seen below `selector`, but for what scripts add to times. Ends of bars are said as scripts say those of a fresh page. */
const shownOf = (page, selector) => page.locator(selector).evaluate((root) => {
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.hidden || node.matches?.('.own, template, script')) return '';
    if (node.dataset?.ago && !node.dataset.day) return node.dataset.ago;
    return [...node.childNodes].map(walk).join(node.matches?.('dl, ul, section, article, div, main') ? ' ' : '');
  };
  return walk(root).replace(/\s+/g, ' ').trim();
});

/** The text that is seen below `selector`, but for the switch of bars, which needs scripts; their ends as in `shownOf`. */
const seenIn = (page, selector) => page.locator(selector).evaluate((root) => {
  root.querySelectorAll('.ranges').forEach((it) => it.remove());
  root.querySelectorAll('[data-ago]:not([data-day])').forEach((it) => { it.textContent = it.dataset.ago; });
  return root.innerText;
});

/** Every bar: whose, its days, its drawing, its words and its figure. */
const barsOf = (page) => page.evaluate(() => [...document.querySelectorAll('[data-bars]')]
  .filter((it) => !it.closest('[hidden]'))
  .map((it) => {
    const { bars, first, days } = it.dataset;
    // A stretch without data is one entry to the builder, and one a day to the script.
    const all = days.replace(/(\d+)-(\d+):-/g, (_, from, to) => (
      Array.from({ length: to - from + 1 }, (_, more) => `${+from + more}:-`).join(' ')
    ));
    const figure = document.querySelector(`[data-figure="${bars}"]`).textContent.trim();
    return `${bars} from ${first}: ${all} ${it.getAttribute('aria-label')} ${figure} ${it.innerHTML.replace(/(m10 \d+v-\d+)+/g, '+')}`;
  }));

/** Brings the page's tab to the front, or another one. */
const show = (page, isSeen) => page.evaluate((hidden) => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}, !isSeen);

async function settled(page, selector, text) {
  for (let tries = 0; tries < 3; tries += 1) {
    await page.clock.fastForward(MINUTE);
    const found = page.locator(selector).filter({ hasText: text }).first();
    if (await found.waitFor({ timeout: 3000 }).then(() => true, () => false)) return;
  }
  assert.fail(`no ${selector} says "${text}" but ${await page.locator(selector).allInnerTexts()}`);
}

/** Whether a front page has asked for `build.json`, and then for itself. */
const isAsked = (site) => site.answers.filter(({ path }) => path === '').length === 2;

/** Waits for what happens outside the page. */
async function until(isSo) {
  for (let tries = 0; tries < 1000 && !isSo(); tries += 1) await setTimeout(10);
  assert(isSo());
}

/** The links, folds and buttons at whose middle something else is met, wherever the page is scrolled to. Runs in the page. */
function findCovered() {
  const covered = new Set();
  for (let top = 0; top < document.documentElement.scrollHeight; top += 100) {
    scrollTo({ top, behavior: 'instant' });
    for (const it of document.querySelectorAll('a:not(.skip), summary, button')) {
      const { left, right, top: from, bottom: to, width } = it.getClientRects()[0] ?? {};
      if (!width || from < 0 || to > innerHeight) continue;
      const met = document.elementFromPoint((left + right) / 2, (from + to) / 2);
      if (!it.contains(met) && !met?.contains(it)) covered.add(`${it.outerHTML.slice(0, 80)} lies below ${met?.outerHTML.slice(0, 80)}`);
    }
  }
  return [...covered];
}

/** Keeps what the page announces. Runs in the page. */
function listen() {
  globalThis.heard = [];
  const voice = document.querySelector('[role=status]');
  new MutationObserver(() => globalThis.heard.push(voice.textContent)).observe(voice, { childList: true });
}

async function builtAt(now) {
  return serve(buildSite(`live-${now}`.replaceAll(':', ''), { site: folder, now }));
}

/** The site without its open incident. */
async function calm(now = BUILT) {
  return serve(buildSite(`live-calm-${now}`.replaceAll(':', ''), { site: write('live-calm', CALM), now }));
}

let changes = 0;

/** A site that `change()` builds again, of these files: those with the incident resolved. */
async function changing(files = { ...SITE, [INCIDENT]: SITE[INCIDENT] + RESOLVED }, first = SITE) {
  const name = `live-changing-${changes += 1}`;
  const later = write(`${name}-site`, files);
  const site = await serve(buildSite(name, { site: write(`${name}-first`, first), now: BUILT }));
  const next = buildSite(`${name}-next`, { site: later, now: '2026-11-20T15:21:00Z' });
  return Object.assign(site, { change: () => cpSync(next, site.dir, { recursive: true }) });
}

function write(name, files) {
  const dir = join(OUTPUT_ROOT, name);
  rmSync(dir, { recursive: true, force: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), `${text.replace(/^[^\S\n]+/gm, '').trimStart()}\n`);
  }
  return dir;
}
