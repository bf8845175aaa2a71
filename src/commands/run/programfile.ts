// The program that a command is given: a module, and what its main is called with.

import { existsSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest } from '../../lib/nearest.js';
import type { Program } from '../../runtime/start.js';
import { exampleFile, exampleNames } from './examples.js';

/** What mandel run and mandel explore say of their first argument. */
export const programHelp = 'a JavaScript module, or the name of an example where no file has that name';

/** The program in `file`, or the example of that name. @throws Error in one line */
export function programIn(file: string, args: readonly string[]): Program {
  const found = existsSync(file) || !exampleNames.includes(file) ? file : exampleFile(file);
  if (!existsSync(found)) throw new Error(missing(file));
  if (!statSync(found).isFile()) throw new Error(`${file}: expected a JavaScript module, got a directory`);
  return { modules: [pathToFileURL(resolve(found)).href], args };
}

/** Why there is no program. A path that ends in an example's name may mean it; of a bare name the nearest example is a hint. */
function missing(file: string): string {
  const base = basename(file).replace(/\.[cm]?[jt]s$/, '');
  if (base !== file) {
    return `${file}: no such file${exampleNames.includes(base) ? `; did you mean the example ${base}?` : ''}`;
  }
  const near = nearest(file, exampleNames);
  return `${file}: no such file, and no such example; ${near === undefined ? 'see mandel examples' : `did you mean ${near}?`}`;
}
