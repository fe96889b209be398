// Every link of a site of three years, with its fragment, in both styles of addresses.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { addressesOf } from './checks/document.mjs';
import { linkProblems } from './checks/links.mjs';
import { assertNone } from './checks/none.mjs';
import { OUTPUT_ROOT, buildSite, serve } from './site.mjs';

const NOW = '2026-11-21T12:00:00Z';
const DAY = 86_400_000;
const COMPONENTS = ['api', 'web', 'mail'];
const STATES = ['major_outage', 'partial_outage', 'degraded_performance'];

/** `2026-11-21 12:00`, a number of hours before now. */
const ago = (hours) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

const report = (title, facts, words) => `+++\ntitle = "${title}"\n${facts}\n+++\n${words}`;

/** An incident of each component in turn every eleventh day, three years long; one in four lasts over a midnight. */
function incidents() {
  return Array.from({ length: 100 }, (_, place) => {
    const from = 24 * 11 * (place + 1);
    const hours = place % 4 ? 2 : 40;
    const facts = `components = { ${COMPONENTS[place % 3]} = "${STATES[place % 3]}" }`;
    const words = `## Investigating, ${ago(from)}\nWe look.\n\n## Resolved, ${ago(from - hours)}\nIt works.\n`;
    return [`content/incidents/trouble-${place}.md`, report(`Trouble ${place}`, facts, words)];
  });
}

function recorded() {
  const days = Array.from({ length: 40 }, (_, place) => new Date(Date.parse(NOW) - (place * 27 + 5) * DAY).toISOString().slice(0, 10));
  return `date,degraded_performance,partial_outage,major_outage,under_maintenance\n${days.sort().map((day) => `${day},0,600,0,0\n`).join('')}`;
}

const SITE = {
  'site.toml': `title = "Three years"\nbase_url = "https://status.test/"\ntime_zone = "Australia/Sydney"
[[groups]]\nid = "core"\nname = "Core"
${COMPONENTS.map((id) => `[[components]]\nid = "${id}"\nname = "${id.toUpperCase()}"\ngroup = "core"\nsince = 2023-11-01\n`).join('')}
[[components]]\nid = "fax"\nname = "Fax"\nsince = 2023-11-01\nretired = 2026-06-01\n`,
  'content/downtime/web.csv': recorded(),
  'content/incidents/fax.md': report('Fax fails', 'components = { fax = "major_outage" }', `## Investigating, 2026-01-10 10:00\nIt fails.\n\n## Resolved, 2026-01-12 10:00\nIt works.\n`),
  'content/incidents/open.md': report('Slow for long', 'components = { api = "degraded_performance" }', `## Investigating, ${ago(24 * 400)}\nIt is slow.\n`),
  'content/maintenance/past.md': report('New disks', `components = ["mail"]\nfrom = ${ago(24 * 200)}\nto = ${ago(24 * 199)}`, `## Scheduled, ${ago(24 * 210)}\nA pause.\n`),
  'content/maintenance/coming.md': report('New cables', `components = ["web"]\nfrom = ${ago(-48)}\nto = ${ago(-72)}`, `## Scheduled, ${ago(24)}\nA pause.\n`),
  ...Object.fromEntries(incidents()),
};

for (const style of ['directory', 'file']) {
  describe(`addresses in the style \`${style}\``, async () => {
    const source = write(`links-${style}-source`, { ...SITE, 'site.toml': `url_style = "${style}"\n${SITE['site.toml']}` });
    const site = await serve(buildSite(`links-${style}`, { site: source, now: NOW }), { directoryIndex: style === 'directory' });

    test('every link of three years leads somewhere, to its very place', async () => {
      assertNone(await linkProblems(site));
    });

    test('calendars lead to days of a year, older than those of bars', () => {
      for (const page of ['components/api', 'components/web', 'groups/core']) {
        const html = readFileSync(join(site.dir, page + (style === 'file' ? '.html' : '/index.html')), 'utf8');
        const days = addressesOf(html).map(({ address }) => address).filter((address) => address.startsWith('#_2'));
        assert(days.some((day) => day < '#_2026-02'), `${page}: ${days}`);
      }
    });
  });
}

function write(name, files) {
  const dir = join(OUTPUT_ROOT, name);
  rmSync(dir, { recursive: true, force: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), text);
  }
  return dir;
}
