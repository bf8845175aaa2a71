// Program URLs: URLs of existing files, made of what run() accepts (a URL, a path, or a list of modules).

/// <reference types="node" preserve="true" />

import { statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UsageError } from '../memory/errors.js';
import { describe } from '../value/type.js';
import type { Program } from './options.js';

/** The program, with its modules as URLs. @throws UsageError in one line, if a module is neither URL nor path, or no file */
export function programOf(program: string | URL | Program): Program {
  if (typeof program === 'string' || program instanceof URL) return { modules: [urlOf(program)] };
  if (typeof program !== 'object' || program === null || !Array.isArray(program.modules)) {
    throw new UsageError(
      `run: expected a program, which is a URL, a path or { modules, args }, got ${describe(program)}`,
    );
  }
  checkArgs(program.args ?? []);
  return { ...program, modules: program.modules.map(urlOf) };
}

/** Rejects handles: an object of the thread that starts a run does not exist in the run. @throws UsageError */
function checkArgs(args: readonly unknown[]): void {
  if (!args.some((arg) => typeof arg === 'object' && arg !== null && 'handleType' in arg)) return;
  throw new UsageError(
    'args: expected values that can be copied, got a channel or another shared object, which belongs to no run; make it in ' +
      'main, or at the top level of the program',
  );
}

/** The URL of a module, resolved as `new Worker` resolves its argument. */
function urlOf(module: unknown): string {
  const url = resolved(module);
  if (url === undefined) {
    throw new UsageError(
      `run: expected a file: URL or a path that begins with / or ./, got ${describe(String(module))}; a file beside the ` +
        "calling module is new URL('./prog.js', import.meta.url)",
    );
  }
  const path = fileURLToPath(url);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    const from = typeof module === 'string' && !/^file:/i.test(module) && !isAbsolute(module);
    throw new UsageError(
      `run: expected a program, got no file ${path.slice(dirname(path).length).replace(/^[\\/]/, '')} in ${dirname(path)}` +
        (from
          ? `: ${JSON.stringify(module)} counts from the working directory; a file beside the calling module is ` +
            `new URL(${JSON.stringify(module)}, import.meta.url)`
          : ''),
    );
  }
  if (!stats.isFile()) throw new UsageError(`run: expected a JavaScript module, got a directory: ${path}`);
  return url;
}

function resolved(module: unknown): string | undefined {
  if (module instanceof URL) return module.protocol === 'file:' ? module.href : undefined;
  if (typeof module !== 'string') return undefined;
  if (/^file:/i.test(module)) return URL.canParse(module) ? new URL(module).href : undefined;
  const isPath = isAbsolute(module) || /^\.\.?[\\/]/.test(module);
  return isPath ? pathToFileURL(resolve(module)).href : undefined;
}
