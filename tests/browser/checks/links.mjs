// Follows every address that a served site's pages and stylesheets name.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressesOf, addressesOfStylesheet, anchorsOf } from './document.mjs';
import { BASE_URL, filesOf } from '../site.mjs';

/**
 * Every address that leads nowhere, leaves the site's path, names a missing fragment, or fetches from another host.
 *
 * Absolute addresses below `baseUrl` are looked up on the served site. Links of readers to other hosts are not followed.
 */
export async function linkProblems(site, { baseUrl = BASE_URL } = {}) {
  const look = lookUp();
  const problems = [];
  for (const { file, address, resource } of addressesOfSite(site.dir)) {
    const why = await problemOf({ site, baseUrl, look, file, address, resource });
    if (why) problems.push(`${file}: \`${address}\` ${why}`);
  }
  return problems;
}

/** The HTML files that no chain of links from the front page reaches. */
export function unreachedPages(site, { baseUrl = BASE_URL } = {}) {
  const files = new Map(filesOf(site.dir, '.html').map((file) => [pageUrl(site, file), file]));
  const unreached = new Map(files);
  const pending = [site.url];
  while (pending.length > 0) {
    const url = pending.pop();
    if (!unreached.delete(url)) continue;
    for (const { address, resource } of addressesOf(textOf(site, files.get(url)))) {
      if (!resource) pending.push(resolve(site, baseUrl, files.get(url), address).href.replace(/#.*/, ''));
    }
  }
  return [...unreached.values()];
}

function addressesOfSite(dir) {
  const read = (file) => readFileSync(join(dir, file), 'utf8');
  const within = (file, addresses) => addresses.map((found) => ({ file, ...found }));
  return [
    ...filesOf(dir, '.html').flatMap((file) => within(file, addressesOf(read(file)))),
    ...filesOf(dir, '.css').flatMap((file) => within(file, addressesOfStylesheet(read(file)))),
  ];
}

async function problemOf({ site, baseUrl, look, file, address, resource }) {
  let url;
  try {
    url = resolve(site, baseUrl, file, address);
  } catch {
    return 'is no address';
  }
  if (!/^https?:$/.test(url.protocol)) return undefined;
  if (url.origin !== site.origin) return resource ? 'is fetched from another host' : undefined;
  if (!url.href.startsWith(site.url)) return `leaves ${site.prefix}`;
  const fragment = decodeURIComponent(url.hash.slice(1));
  const { status, anchors } = await look(url);
  if (status !== 200) return `answers ${status}`;
  return fragment && fragment !== 'top' && !anchors.has(fragment) ? 'names a missing fragment' : undefined;
}

function resolve(site, baseUrl, file, address) {
  const url = new URL(address, pageUrl(site, file));
  return url.href.startsWith(baseUrl) ? new URL(url.href.slice(baseUrl.length), site.url) : url;
}

function pageUrl(site, file) {
  return new URL(site.addressOf(file), site.url).href;
}

function textOf(site, file) {
  return readFileSync(join(site.dir, file), 'utf8');
}

/** Asks the server for each page once; a redirect is an answer like any other, since no link should need one. */
function lookUp() {
  const answers = new Map();
  return async (url) => {
    const bare = url.href.replace(/#.*/, '');
    if (!answers.has(bare)) answers.set(bare, await ask(bare));
    return answers.get(bare);
  };
}

async function ask(url) {
  const response = await fetch(url, { redirect: 'manual' });
  const body = await response.text();
  const hasAnchors = /html|svg/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, anchors: hasAnchors ? anchorsOf(body) : new Set() };
}
