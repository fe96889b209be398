// Builds a site with allclear and serves a folder on loopback, for the tests beside this file.
//
// A served site stands under a sub-path (`/repo/`), as a project's pages on many hosts do, so that a link which only
// works at a host's root is found. The server is as plain as such hosts are: files, `index.html` for a folder, a
// redirect to the slash, `404.html` with status 404, nothing else.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** The repository's root. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where every test's output goes; never committed. */
export const OUTPUT_ROOT = join(ROOT, 'target/test-sites');

/** The path that served sites stand under. */
export const PREFIX = '/repo/';

/** The public address that test sites are built for. The name resolves nowhere (RFC 2606), so an absolute link shows. */
export const BASE_URL = `https://status.test${PREFIX}`;

/** The moments at which the demo site is looked at. */
export const MOMENTS = {
  calm: '2026-11-21T12:00:00Z',
  outage: '2024-05-06T01:00:00Z',
};

const CONTENT_TYPES = {
  '.atom': 'application/atom+xml; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.ics': 'text/calendar; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.rss': 'application/rss+xml; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
};

/** The binary under test: `$ALLCLEAR`, else the debug build. */
export function binary() {
  const path = process.env.ALLCLEAR ?? join(ROOT, 'target/debug/allclear');
  if (!existsSync(path)) {
    throw new Error(`no binary at ${path}: run \`cargo build\` first`);
  }
  return path;
}

/** The moment that each built site is of, by its folder. */
const momentsBuilt = new Map();

/**
 * Builds a site into `target/test-sites/NAME`, from nothing, and returns that folder.
 *
 * `site` is the folder of `site.toml` (default: the repository itself, which holds the demo); `args` go to `build` as
 * they are. A failing build throws with what it said.
 */
export function buildSite(name, { site = ROOT, now = MOMENTS.calm, baseUrl = BASE_URL, args = [] } = {}) {
  const out = join(OUTPUT_ROOT, name);
  rmSync(out, { recursive: true, force: true });
  const command = ['build', '--site', site, '--out', out, '--now', now, '--base-url', baseUrl, ...args];
  execFileSync(binary(), command, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  momentsBuilt.set(out, now);
  return out;
}

/** Every file below `dir` whose name ends in `ending`, as sorted relative paths with forward slashes. */
export function filesOf(dir, ending = '') {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(dir, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/'))
    .sort();
}

/** The address below the site's root at which a reader opens `file`: `x/index.html` is `x/`. */
export function pageAddress(file) {
  return file.replace(/(^|\/)index\.html$/, '$1');
}

/**
 * The `most` fullest pages of each kind: kinds differ by first folder and depth, so one incident stands for all of them.
 * Pages at the root are each a kind of their own.
 */
export function fullestOfEachKind(dir, most, files = filesOf(dir, '.html')) {
  const kinds = new Map();
  for (const file of files) {
    const parts = pageAddress(file).split('/').filter(Boolean);
    const kind = parts.length < 2 ? file : `${parts[0]} ${parts.length}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), file]);
  }
  const size = new Map(files.map((file) => [file, statSync(join(dir, file)).size]));
  const fullest = (pages) => pages.sort((one, other) => size.get(other) - size.get(one)).slice(0, most);
  return [...kinds.values()].flatMap(fullest).sort();
}

/**
 * Serves `dir` under `prefix` on a free port of 127.0.0.1.
 *
 * `at` is the moment it was built for, else the calm one: its readers look then. `directoryIndex: false` is a host that knows files only. `addressOf(file)` is where a reader opens a page of it.
 * `close()` ends it and every connection; one that nobody closes keeps no process alive.
 * With `cors: true` pages of any origin may read what it serves; with `compress: true` texts are compressed, as hosts do;
 * with `etags: true` browsers may keep it and ask whether it changed. `answers` grows by the path and status of each answer.
 */
export async function serve(dir, { prefix = PREFIX, directoryIndex = true, cors = false, compress = false, etags = false } = {}) {
  const answers = [];
  const server = createServer((request, response) => {
    answer(request, response, { dir, prefix, directoryIndex, cors, compress, etags });
    answers.push({ path: request.url.slice(prefix.length), status: response.statusCode });
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  server.unref();
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = () => new Promise((closed) => {
    server.close(closed);
    server.closeAllConnections();
  });
  const addressOf = directoryIndex ? pageAddress : (file) => file;
  return { dir, at: momentsBuilt.get(dir) ?? MOMENTS.calm, origin, prefix, url: origin + prefix, addressOf, close, answers };
}

function answer(request, response, options) {
  const { status, file, location } = find(request.url, options);
  if (!file) {
    response.writeHead(status, { 'content-type': 'text/plain', ...(location && { location }) });
    response.end(`${status}\n`);
    return;
  }
  const type = CONTENT_TYPES[extname(file)] ?? 'application/octet-stream';
  const cors = options.cors ? { 'access-control-allow-origin': '*' } : {};
  // At once: a stream would open the file later, when a test may be replacing it.
  const body = readFileSync(file);
  const tag = options.etags ? `"${createHash('sha256').update(body).digest('hex')}"` : undefined;
  const keeping = tag ? { 'cache-control': 'no-cache', etag: tag } : { 'cache-control': 'no-store' };
  if (tag && request.headers['if-none-match'] === tag) {
    response.writeHead(304, keeping).end();
    return;
  }
  const isCompressed = options.compress && /text|json|xml|svg/.test(type);
  const encoding = isCompressed ? { 'content-encoding': 'gzip' } : {};
  response.writeHead(status, { 'content-type': type, ...keeping, ...cors, ...encoding });
  if (request.method === 'HEAD') response.end();
  else response.end(isCompressed ? gzipSync(body) : body);
}

function find(target, { dir, prefix, directoryIndex }) {
  const path = decodeURIComponent(new URL(target, 'http://localhost').pathname);
  if (!path.startsWith(prefix)) return { status: 404 };
  const file = join(dir, path.slice(prefix.length));
  const kind = statSync(file, { throwIfNoEntry: false });
  if (kind?.isFile()) return { status: 200, file };
  if (kind?.isDirectory() && directoryIndex && existsSync(join(file, 'index.html'))) {
    return path.endsWith('/') ? { status: 200, file: join(file, 'index.html') } : { status: 301, location: `${path}/` };
  }
  const notFound = join(dir, '404.html');
  return { status: 404, file: existsSync(notFound) ? notFound : undefined };
}
