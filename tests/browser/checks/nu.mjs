// What the Nu HTML checker says of a built site's pages.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const JAR = createRequire(import.meta.url)('vnu-jar');
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/** Every error in the HTML files of the folder `dir`, in all of them if none is named, as `file:line: message`. */
export function nuProblems(dir, files = ['']) {
  const paths = files.map((file) => join(dir, file));
  const args = ['-jar', JAR, '--errors-only', '--format', 'json', '--skip-non-html', ...paths];
  const run = spawnSync('java', args, { encoding: 'utf8', maxBuffer: OUTPUT_LIMIT_BYTES });
  if (run.error) throw run.error;
  return messages(run).map((message) => describe(dir, message));
}

function messages({ status, stderr }) {
  try {
    return JSON.parse(stderr).messages;
  } catch {
    throw new Error(`the checker ended with status ${status} and said: ${stderr}`);
  }
}

function describe(dir, { url = '', lastLine, message, extract = '' }) {
  const file = url.startsWith('file:') ? relative(dir, fileURLToPath(url)) : url;
  return `${file}:${lastLine ?? 0}: ${message} (${extract.trim()})`;
}
