// Places in scripts, as profiles name them: function, file and line of what the programmer wrote.

import { fileURLToPath } from 'node:url';
import { originalPosition } from '../runtime/report/source.js';
import type { Place } from './builder.js';

/** The runtime, as it is written and as it is built. */
const RUNTIME = ['../runtime/', '../../../src/runtime/'].map((room) => fileURLToPath(new URL(room, import.meta.url)));
/** URLs of what makes profiles, which is not in them. */
export const PROFILER = /\/runtime\/profiling\//;
const MODULES = '/node_modules/';
/** What AssemblyScript calls a function: its module, from the root of the project, and its name. */
const WASM_NAME = /^(src\/.*)\/([^/]+)$/;
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The place at this line and column (from 1) of the script at `url`, in the function that V8 calls `name`. */
export function placeAt(url: string, name: string, line: number, column: number): Place {
  const wasm = url.startsWith('wasm:') ? WASM_NAME.exec(name) : null;
  if (wasm) {
    const file = `${ROOT}${wasm[1]}.ts`; // the line is not known
    return { name: functionName(file, wasm[2]!), file, line: 0 };
  }
  const at = originalPosition(url, line, column);
  return { name: functionName(at.file, name), file: at.file, line: at.line };
}

/** True if the file is one of the runtime's own. */
export function inRuntime(file: string): boolean {
  return RUNTIME.some((room) => file.startsWith(room));
}

/**
 * A function's full name. Go has the package before it, and so the runtime's functions are called `runtime.findRunnable`;
 * all others have their module, as reports and traces name goroutines: `fill.fillPixel`, `pngjs/crc.crc32`.
 */
function functionName(file: string, name: string): string {
  const fn = name === '' ? '(anonymous)' : name;
  if (inRuntime(file)) return `runtime.${fn.slice(fn.lastIndexOf('.') + 1).replace('#', '')}`;
  if (file === '') return fn; // what JavaScript itself brings, or V8: `(garbage collector)`
  if (file.startsWith('node:')) return `${file}.${fn}`;
  const module = file.slice(file.lastIndexOf('/') + 1).replace(/\.[cm]?[jt]s$/, '');
  const from = file.lastIndexOf(MODULES);
  if (from < 0) return `${module}.${fn}`;
  const [, owner] = /^((?:@[^/]+\/)?[^/]+)/.exec(file.slice(from + MODULES.length)) ?? [];
  return `${owner}/${module}.${fn}`;
}
