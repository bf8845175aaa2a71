// Small programs for `mandel run`, written to a folder of the test's own.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const api = new URL('../../dist/src/go/index.js', import.meta.url).href;
const exported = new Set(Object.keys(await import(api)));

/**
 * Writes the module `name`.mjs and returns its path. What `body` mentions of mandel/go is imported in line 1, so the
 * first line of `body` is line 2.
 */
export function writeProgram(dir: string, name: string, body: string): string {
  const path = join(dir, `${name}.mjs`);
  const names = [...new Set(body.match(/[A-Za-z]\w*/g))].filter((word) => exported.has(word));
  writeFileSync(path, `import { ${names.join(', ')} } from '${api}';\n${body.replace(/^\n/, '')}`);
  return path;
}
