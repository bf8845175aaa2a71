// Places in scripts as profiles show them: function, file and line of the original source; and which frames of a stack
// belong to a goroutine.

import { fileURLToPath } from 'node:url';
import { originalPosition } from '../runtime/report/source.js';
import { callsBodies } from '../runtime/sched/bodies.js';
import type { Frame, Place } from './builder.js';

/** Folders of the runtime's files, built and original. */
const RUNTIME = ['../runtime/', '../../../src/runtime/'].map((room) => fileURLToPath(new URL(room, import.meta.url)));
/** URLs of the code that records profiles, which is left out of them. */
export const PROFILER = /\/runtime\/profiling\//;
const MODULES = '/node_modules/';
/** AssemblyScript's name of a function: its module, from the root of the project, and its own name. */
const WASM_NAME = /^(src\/.*)\/([^/]+)$/;
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The place at this line and column (from 1) of the script at `url`, in the function that V8 calls `name`. */
export function placeAt(url: string, name: string, line: number, column: number): Place {
  const wasm = url.startsWith('wasm:') ? WASM_NAME.exec(name) : null;
  if (wasm) {
    const file = `${ROOT}${wasm[1]}.ts`; // the line is unknown
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
 * A function's full name. Go prefixes the package, so functions of the runtime are `runtime.findRunnable`; all others are
 * prefixed with their module, as in reports and traces: `fill.fillPixel`, `pngjs/crc.crc32`.
 */
function functionName(file: string, name: string): string {
  const fn = name === '' ? '(anonymous)' : name;
  if (inRuntime(file)) return `runtime.${fn.slice(fn.lastIndexOf('.') + 1).replace('#', '')}`;
  if (file === '') return fn; // a function of JavaScript itself, or of V8: `(garbage collector)`
  if (file.startsWith('node:')) return `${file}.${fn}`;
  const module = file.slice(file.lastIndexOf('/') + 1).replace(/\.[cm]?[jt]s$/, '');
  const from = file.lastIndexOf(MODULES);
  if (from < 0) return `${module}.${fn}`;
  const [, owner] = /^((?:@[^/]+\/)?[^/]+)/.exec(file.slice(from + MODULES.length)) ?? [];
  return `${owner}/${module}.${fn}`;
}

/**
 * Splits a stack of P number `p`: the frames of the goroutine without its callers in the runtime, and labels with the P and
 * the goroutine's body; all frames, if the scheduler itself ran.
 */
export function splitStack(
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

/** True for callers of a body: the runtime, and `next` of generators, which V8 shows in heap profiles. */
function isCaller({ name, file }: Place): boolean {
  return inRuntime(file) || (file === '' && name === 'next');
}
