// What a page costs its reader on the wire.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { elementsOf } from './document.mjs';
import { pageAddress } from '../site.mjs';

/**
 * The bytes of a page, its stylesheets, its scripts and what they import at once, each compressed as hosts do (gzip);
 * images and fonts aside.
 *
 * `file` is the page's path below the served site's root.
 */
export function weightOf(site, file) {
  const html = readFileSync(join(site.dir, file));
  const parts = new Set();
  const pending = addressesOfCode(html.toString()).map((address) => pathOf(site, file, address));
  while (pending.length > 0) {
    const part = pending.pop();
    if (parts.has(part)) continue;
    parts.add(part);
    const imports = readFileSync(join(site.dir, part), 'utf8').matchAll(/\b(?:from|import)\s*["'](\.[^"']+)["']/g);
    pending.push(...[...imports].map(([, address]) => pathOf(site, part, address)));
  }
  return [...parts].reduce((sum, part) => sum + compressed(readFileSync(join(site.dir, part))), compressed(html));
}

/** The addresses of what must arrive before the page is drawn: stylesheets, and scripts that are not deferred. */
export function renderBlocking(html) {
  return elementsOf(html).flatMap(({ name, attributes }) => {
    if (isStylesheet(name, attributes) && attributes.media !== 'print') return [attributes.href];
    const waits = attributes.type === 'module' || 'defer' in attributes || 'async' in attributes;
    return name === 'script' && attributes.src && !waits ? [attributes.src] : [];
  });
}

function addressesOfCode(html) {
  return elementsOf(html).flatMap(({ name, attributes }) => {
    if (isStylesheet(name, attributes) || attributes.rel === 'modulepreload') return [attributes.href];
    return name === 'script' && attributes.src ? [attributes.src] : [];
  });
}

function isStylesheet(name, attributes) {
  return name === 'link' && attributes.rel === 'stylesheet';
}

function pathOf(site, file, address) {
  return new URL(address, new URL(pageAddress(file), site.url)).href.slice(site.url.length);
}

function compressed(bytes) {
  return gzipSync(bytes, { level: 6 }).length;
}
