// The program that a command is given: a module, and what its main is called with.

import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Program } from '../runtime/start.js';

/** The program in `file`. @throws Error in one line */
export function programIn(file: string, args: readonly string[]): Program {
  if (!existsSync(file)) throw new Error(`${file}: no such file`);
  if (!statSync(file).isFile()) throw new Error(`${file}: expected a JavaScript module, got a directory`);
  return { modules: [pathToFileURL(resolve(file)).href], args };
}
