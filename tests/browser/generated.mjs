// The two sites that pages are looked at with: a large one, which has every kind of page, and the smallest.
//
// `node tests/browser/generated.mjs` builds both and prints their folders, for `shoot.mjs`.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OUTPUT_ROOT, buildSite } from './site.mjs';

/** When the large site has an outage of 26 components, a degraded component and a running maintenance. */
export const LARGE_OUTAGE = '2026-11-21T12:00:00Z';

/** When nothing runs on the large site. */
export const LARGE_CALM = '2026-11-20T12:00:00Z';

export const LARGE_PAGES = {
  outage: 'incidents/network-outage/',
  degraded: 'incidents/slow-exports/',
  resolved: 'incidents/incident-298/',
  postmortem: 'incidents/incident-297/',
  planned: 'maintenance/planned/',
  running: 'maintenance/running/',
};

const GROUPS = [
  'Storefront', 'Payments', 'Accounts and sign-in', 'Programming interfaces', 'Data platform', 'Notifications',
  'Search', 'Partner network', 'Internal tools for customer support and for field engineers',
];
const PARTS = ['Web', 'API', 'Webhooks', 'Exports', 'Scheduled jobs', 'Administration console', 'Mobile applications'];
const STATES = ['degraded_performance', 'partial_outage', 'major_outage'];
const COMPONENTS = Array.from({ length: 60 }, (_, ix) => ({ group: ix % 9, part: Math.floor(ix / 9) }))
  .sort((one, other) => one.group - other.group || one.part - other.part)
  .map(({ group, part }, ix) => ({ id: `c${ix}`, name: `${GROUPS[group].split(' ')[0]} ${PARTS[part]}`, group: `g${group}` }));

/** 60 components in nine groups, 300 incidents over three years, and six maintenances. */
export function largeSite({ now = LARGE_OUTAGE, name = 'large' } = {}) {
  const files = { 'site.toml': largeConfig() };
  for (let number = 0; number < 298; number += 1) {
    files[`content/incidents/incident-${number + 1}.md`] = pastIncident(number);
  }
  files['content/incidents/network-outage.md'] = NETWORK_OUTAGE;
  files['content/incidents/slow-exports.md'] = SLOW_EXPORTS;
  for (const year of [2023, 2024, 2025]) {
    files[`content/maintenance/moved-${year}.md`] = maintenance(`Servers move ${year}`, `${year}-12-12 01:00`, `${year}-12-12 04:30`, 9);
  }
  files['content/maintenance/running.md'] = maintenance('Database upgrade', '2026-11-21 11:30', '2026-11-21 14:00', 2);
  files['content/maintenance/planned.md'] = maintenance('Move of all servers to the new data centre', '2026-11-28 22:00', '2026-11-29 02:00', 30);
  files['content/maintenance/planned-later.md'] = maintenance('New certificates', '2026-12-03 06:00', '2026-12-03 06:30', 1);
  return built(name, files, now);
}

/** One component, and nothing that ever happened. */
export function smallSite({ now = LARGE_OUTAGE, name = 'small' } = {}) {
  const config = 'title = "Small status"\nbase_url = "https://status.test/repo/"\n'
    + '\n[[components]]\nid = "api"\nname = "API"\nsince = 2026-11-01\n';
  return built(name, { 'site.toml': config }, now);
}

/** Twenty components in four groups, one with an open incident, and others in the last days. */
export function twentyComponents({ name = 'twenty' } = {}) {
  const groups = [0, 1, 2, 3].map((ix) => `[[groups]]\nid = "g${ix}"\nname = "Group ${ix}"\n`);
  const components = Array.from({ length: 20 }, (_, ix) => (
    `[[components]]\nid = "c${ix}"\nname = "Component ${ix}"\ngroup = "g${ix % 4}"\nsince = 2026-01-01\n`
  ));
  const head = 'title = "Twenty"\nbase_url = "https://status.test/repo/"\n';
  const files = { 'site.toml': [head, ...groups, ...components].join('\n') };
  for (const day of [10, 13, 17, 19, 21]) {
    const end = day < 21 ? `\n## Resolved, 2026-11-${day} 11:20\n\nAll requests are answered again.\n` : '';
    files[`content/incidents/slow-${day}.md`] = `+++\ntitle = "Slow answers"\ncomponents = { c${day % 20} = "degraded" }\n+++\n
## Investigating, 2026-11-${day} 10:00\n\nSome requests take longer than usual. We look for the cause.\n${end}`;
  }
  return built(name, files, LARGE_OUTAGE);
}

/** Builds a site of these files, by their paths. */
export function built(name, files, now) {
  const site = join(OUTPUT_ROOT, `${name}-source`);
  rmSync(site, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(site, path, '..'), { recursive: true });
    writeFileSync(join(site, path), text);
  }
  return buildSite(name, { site, now });
}

function largeConfig() {
  const groups = GROUPS.map((name, ix) => `[[groups]]\nid = "g${ix}"\nname = "${name}"\n`);
  const components = COMPONENTS.map(({ id, name, group }) => (
    `[[components]]\nid = "${id}"\nname = "${name}"\ngroup = "${group}"\nsince = 2023-11-01\n`
  ));
  const head = 'title = "Large status"\nbase_url = "https://status.test/repo/"\ntime_zone = "Europe/Berlin"\n[uptime]\ntarget = 99.9\n';
  return [head, ...groups, ...components].join('\n');
}

/** Evenly spread from 2023-11-22 on, ended by 2026-11-20; every fourth has a postmortem, every tenth tags. */
function pastIncident(number) {
  const began = Date.UTC(2023, 10, 22) + number * 3.66 * 86_400_000 + (number % 17) * 3_600_000;
  const time = (minutes) => `${new Date(began + minutes * 60_000).toISOString().slice(0, 16).replace('T', ' ')}Z`;
  const state = STATES[number % 3];
  const affected = COMPONENTS.filter((_, ix) => (ix + number) % 60 < 1 + (number % 5) * (number % 4));
  const lasted = 25 + (number * 37) % 300;
  const components = affected.map(({ id }) => `${id} = "${state}"`).join(', ');
  const tags = number % 10 ? '' : 'tags = ["third-party", "network"]\n';
  const what = ['Errors', 'Slow answers', 'Failed payments', 'Delayed messages', 'Missing results'][number % 5];
  return `+++\ntitle = "${what} in ${affected[0].name} and whatever depends on it"\ncomponents = { ${components} }\n${tags}+++\n
## Investigating, ${time(0)}\n\nWe see errors for some requests and look for the cause.\n
## Identified, ${time(lasted / 3)}\nnext_update: ${time(lasted)}\n\nA release caused it:\n\n- roll back the release\n- drain the queue\n
## Resolved, ${time(lasted)}\n\nAll requests are answered again.\n${number % 4 ? '' : postmortem(time(lasted + 2880))}`;
}

function postmortem(time) {
  return `\n# Postmortem, ${time}\n\nThe connection pool was too small for the load of the day.\n
## Timeline\n\n| Time | What happened | Who noticed | How it was measured |\n|---|---|---|---|
| 2026-03-01 10:03 | First alert of the load balancer | Monitoring | Rate of answers with status 5xx |
| 2026-03-01 10:41 | Release rolled back | Engineer on call | Deployment log |\n\n## What we do\n\n1. Test with the load of a whole day.\n`;
}

function maintenance(title, from, to, count) {
  const components = COMPONENTS.slice(-count).map(({ id }) => `"${id}"`).join(', ');
  return `+++\ntitle = "${title}"\nfrom = ${from}\nto = ${to}\ncomponents = [${components}]\n+++\n
## Scheduled, ${Number(from.slice(0, 4))}-11-10 09:00\n\nRequests are answered slowly or not at all. No data is lost.\n`;
}

const NETWORK_OUTAGE = `+++
title = "Network outage in the main data centre"
impact = "critical"
components = { ${COMPONENTS.slice(0, 26).map(({ id }, ix) => `${id} = "${ix < 20 ? 'major_outage' : 'partial_outage'}"`).join(', ')} }
+++

## Investigating, 2026-11-21 12:02

Requests to most services fail. We look for the cause.

## Identified, 2026-11-21 12:40
next_update: 13:30

A core switch failed. Its replacement is being installed, and traffic moves to the second data centre meanwhile.
`;

const SLOW_EXPORTS = `+++
title = "Exports take longer than usual"
components = { c40 = "degraded_performance" }
+++

## Monitoring, 2026-11-21 08:15

Exports are finished within an hour. We watch the queue.
`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const build of [largeSite, smallSite]) console.log(build());
}
