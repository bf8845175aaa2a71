// The frames of the running goroutine, as traces and profiles show them.
//
// A stack is, leaf first: the function of Go's library that stands for the operation, at the line of ours that does it;
// the program's own frames; and last the goroutine's body under its full name.

import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TraceFrame } from '../../trace/writer.js';
import { originalPosition } from '../report/source.js';
import { bodyAt, bodyName, bodyUrl, callsBodies, moduleName } from '../sched/bodies.js';
import { leaf } from './kinds.js';

/** Our own files, whose frames are not the program's. */
const OURS = ['../../go/', '../../profile/', '../'].map((room) => new URL(room, import.meta.url).href);
const BUILTIN = 'node:builtin';
/** Frames that are looked at: the program's, below ours. */
const DEPTH = 120;

function isOurs(url: string): boolean {
  return OURS.some((room) => url.startsWith(room));
}

function isBuiltin(url: string): boolean {
  return url.startsWith('node:');
}

/** A frame as V8 has it. */
export interface Site {
  getFileName(): string | null | undefined;
  getFunctionName(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  getPosition(): number;
}

/** The stack as V8 has it, innermost first. */
export function callSites(): Site[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = DEPTH;
  Error.prepareStackTrace = (_error, sites) => sites;
  const holder: { stack?: unknown } = {};
  Error.captureStackTrace(holder, callSites);
  const { stack } = holder;
  Error.stackTraceLimit = stackTraceLimit;
  if (prepareStackTrace) Error.prepareStackTrace = prepareStackTrace;
  else Reflect.deleteProperty(Error, 'prepareStackTrace');
  // V8 hands over no sites while it does so already: in a thread that is interrupted there (profiling/interrupted.ts).
  return Array.isArray(stack) ? (stack as Site[]) : [];
}

/** What tells this stack of a goroutine with this body, at an event of this kind, from others. */
export function stackKey(sites: readonly Site[], body: number, kind: number): string {
  let key = `${kind} ${body}`;
  for (const site of sites) {
    const url = urlOf(site);
    if (isOurs(url)) {
      if (key.includes('@') && callsBodies(site.getFunctionName() ?? '')) break;
    } else if (!isBuiltin(url)) key += `@${url}:${site.getPosition()}`;
  }
  return key;
}

/** The frames of such a stack, leaf first. Reads sources and their maps: not while a goroutine waits for it. */
export function framesOf(sites: readonly Site[], body: number, kind: number): TraceFrame[] {
  const frames: TraceFrame[] = [];
  let operation: Site | undefined;
  for (const site of sites) {
    const url = urlOf(site);
    if (isBuiltin(url)) continue;
    if (isOurs(url)) {
      if (frames.length === 0)
        operation = site; // the last before the program's own is what the program called
      else if (callsBodies(site.getFunctionName() ?? '')) break;
    } else frames.push(frameAt(site, `${moduleName(url)}.${site.getFunctionName() ?? 'func'}`));
  }
  const outermost = frames.pop();
  frames.push(outermost ? frame(bodyName(body), outermost.file, outermost.line) : definition(body));
  const name = leaf[kind];
  if (name !== undefined && operation !== undefined) frames.unshift(frameAt(operation, name));
  return frames;
}

/** Where the code is from: modules have URLs, what they `require` has paths, and what JavaScript itself brings neither. */
function urlOf(site: Site): string {
  const name = site.getFileName() ?? BUILTIN;
  return isAbsolute(name) ? pathToFileURL(name).href : name;
}

function frameAt(site: Site, func: string): TraceFrame {
  const at = originalPosition(urlOf(site), site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1);
  return frame(func, at.file, at.line);
}

/** Where a body is defined: its text is looked for in its module. */
export function definition(body: number): TraceFrame {
  const url = bodyUrl(body);
  let line = 1;
  let column = 1;
  try {
    const text = readFileSync(fileURLToPath(url), 'utf8');
    const before = text.slice(0, Math.max(0, text.indexOf(String(bodyAt(body))))).split('\n');
    line = before.length;
    column = before.at(-1)!.length + 1;
  } catch {
    // a module that is no file: its first line stands for it
  }
  const at = originalPosition(url, line, column);
  return frame(bodyName(body), at.file, at.line);
}

function frame(func: string, file: string, line: number): TraceFrame {
  return { pc: pcOf(`${func}\n${file}\n${line}`), func, file, line };
}

/**
 * A program counter that stands for a frame. Tools group by it, so all Ps must give the same: a hash of 44 bits, so that
 * among some thousand frames no two are ever the same in practice; from 0x400000 on, as programs have them.
 */
export function pcOf(key: string): number {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let k = 0; k < key.length; k++) {
    const c = key.charCodeAt(k);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x85ebca6b);
    b ^= b >>> 13;
  }
  const hash = (a >>> 0) * 2 ** 12 + (b >>> 20);
  return 0x400000 + 16 * hash + 1;
}
