// A page's HTML as a browser's parser sees it: its elements, ids and every address it names.

import { parse } from 'parse5';

// An address of these is fetched by the page itself; any other one is followed by a reader.
const RESOURCE_RELS = /^(stylesheet|icon|apple-touch-icon|mask-icon|preload|modulepreload|prefetch|manifest)$/i;
const RESOURCE_ATTRIBUTES = ['src', 'poster', 'data'];

/** Every element of `html`, in document order, as `{ name, attributes }`. */
export function elementsOf(html) {
  const elements = [];
  const pending = [parse(html)];
  while (pending.length > 0) {
    const node = pending.pop();
    if (node.attrs) elements.push({ name: node.tagName, attributes: attributesOf(node) });
    const children = [...(node.childNodes ?? []), ...(node.content ? [node.content] : [])];
    pending.push(...children.reverse());
  }
  return elements;
}

/** The places in `html` that a fragment can name. */
export function anchorsOf(html) {
  return new Set(elementsOf(html).flatMap(({ name, attributes }) => [
    attributes.id,
    name === 'a' ? attributes.name : undefined,
  ]).filter(Boolean));
}

/** Every address in `html`, as written, with `resource` telling what the page fetches by itself. */
export function addressesOf(html) {
  return elementsOf(html).flatMap(addressesIn);
}

/** Every address in a stylesheet. */
export function addressesOfStylesheet(css) {
  const pattern = /url\(\s*(["']?)(.*?)\1\s*\)|@import\s+(["'])(.*?)\3/g;
  return [...css.matchAll(pattern)].map((match) => ({ address: match[2] ?? match[4], resource: true }));
}

/** The address that a redirect page sends its reader to, if `html` is one. */
export function redirectOf(html) {
  const refresh = elementsOf(html).find(({ name, attributes }) => (
    name === 'meta' && attributes['http-equiv']?.toLowerCase() === 'refresh'
  ));
  return refresh?.attributes.content.match(/url=\s*(["']?)(.*?)\1\s*$/i)?.[2];
}

/** The page's Content-Security-Policy as a map from directive to its sources, if the page states one. */
export function policyOf(html) {
  const meta = elementsOf(html).find(({ name, attributes }) => (
    name === 'meta' && attributes['http-equiv']?.toLowerCase() === 'content-security-policy'
  ));
  if (!meta) return undefined;
  const directives = meta.attributes.content.split(';').map((text) => text.trim().split(/\s+/));
  return new Map(directives.map(([directive, ...sources]) => [directive.toLowerCase(), sources]));
}

function attributesOf(node) {
  return Object.fromEntries(node.attrs.map(({ prefix, name, value }) => [prefix ? `${prefix}:${name}` : name, value]));
}

function addressesIn({ name, attributes }) {
  const found = [];
  const add = (address, resource) => {
    if (address !== undefined) found.push({ address, resource });
  };
  const isLink = name === 'a' || name === 'area';
  const rels = (attributes.rel ?? '').split(/\s+/);
  add(attributes.href, !isLink && (name !== 'link' || rels.some((rel) => RESOURCE_RELS.test(rel))));
  add(attributes['xlink:href'], true);
  add(attributes.action, false);
  for (const attribute of RESOURCE_ATTRIBUTES) add(attributes[attribute], true);
  for (const candidate of (attributes.srcset ?? '').split(',').filter((text) => text.trim())) {
    add(candidate.trim().split(/\s+/)[0], true);
  }
  if (name === 'meta' && attributes['http-equiv']?.toLowerCase() === 'refresh') {
    add(attributes.content.match(/url=\s*(["']?)(.*?)\1\s*$/i)?.[2], false);
  }
  for (const { address } of addressesOfStylesheet(attributes.style ?? '')) add(address, true);
  return found;
}
