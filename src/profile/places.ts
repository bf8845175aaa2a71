// Places in scripts, as profiles name them: function, file and line of what the programmer wrote.

import { fileURLToPath } from 'node:url';
import { originalPosition } from '../runtime/report/source.js';
import { callsBodies } from '../runtime/sched/execute.js';
import type { Frame, Place } from './builder.js';

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

// FOLDED src/profile/goroutine.ts
// Whose a stack is: which of V8's frames are the goroutine's, and which are of what called it.

/**
 * The frames of the goroutine that ran on P number `p`, without what called it, and labels that name the P and the
 * goroutine's body; all frames, if it was the scheduler itself that ran.
 */
export function ofGoroutine(
  frames: readonly Frame[],
  p: number,
): { readonly frames: readonly Frame[]; readonly labels: Readonly<Record<string, string>> } {
  const end = frames.findIndex((frame) => frame.some(({ name, file }) => inRuntime(file) && callsBodies(name)));
  const own = frames.slice(0, Math.max(end, 0));
  while (own.length > 0 && own.at(-1)!.every(isCaller)) own.pop();
  const body = own.at(-1)?.at(-1)?.name;
  const labels = { P: String(p) };
  return body === undefined ? { frames, labels } : { frames: own, labels: { ...labels, goroutine: body } };
}

/** True in what calls a body: the runtime, and the method of generators, which V8 shows in heap profiles. */
function isCaller({ name, file }: Place): boolean {
  return inRuntime(file) || (file === '' && name === 'next');
}
