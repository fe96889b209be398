// The one assertion that every check of a site ends in.

import assert from 'node:assert/strict';

const SHOWN = 40;

/** Fails, with one problem a line, unless there are none. */
export function assertNone(problems) {
  const shown = problems.slice(0, SHOWN).map((problem) => `\n  ${problem}`);
  const more = problems.length > SHOWN ? `\n  and ${problems.length - SHOWN} more` : '';
  assert(problems.length === 0, `${problems.length} problems:${shown.join('')}${more}`);
}
