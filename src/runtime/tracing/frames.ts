// Frames of the running goroutine, as traces and profiles show them. A stack is, leaf first: the function of Go's library that
// stands for the operation, with the line of the runtime that performs it; the program's own frames; last the goroutine's body
// under its full name. For a send in prog.ts:
//
//   runtime.chansend1    src/go/chanops.ts, the line that gives up the P; in traces the channel instead (trace/objects.ts)
//   prog.feed            prog.ts, the line with the `yield*` of the send: a generator function
//   prog.main            prog.ts, the line that calls feed: the body

import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SLEEP_FILE } from '../../trace/objects.js';
import type { TraceFrame } from '../../trace/writer.js';
import { originalPosition } from '../report/source.js';
import { bodyAt, bodyName, bodyUrl, callsBodies, moduleName } from '../sched/bodies.js';
import { wait } from '../sched/reason.js';
import { leaf } from './kinds.js';

/** Folders of the runtime, whose frames are not the program's. */
const OURS = ['../../go/', '../../profile/', '../'].map((room) => new URL(room, import.meta.url).href);
const BUILTIN = 'node:builtin';
/** Most frames of a stack that are read: a trace has room for 100 (trace/writer.ts), and the runtime's own come on top. */
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
  // V8 gives no sites while it is already collecting some, in a thread that is interrupted there (profiling/interruption.ts).
  return Array.isArray(stack) ? (stack as Site[]) : [];
}

/** A text that is the same for equal stacks of goroutines with this body, at events of this kind, and differs otherwise. */
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

/** The frames of such a stack, leaf first. Reads sources and their maps, which takes milliseconds: not while a goroutine runs. */
export function framesOf(sites: readonly Site[], body: number, kind: number): TraceFrame[] {
  const frames: TraceFrame[] = [];
  for (const site of sites) {
    const url = urlOf(site);
    if (isBuiltin(url)) continue;
    if (!isOurs(url)) frames.push(frameAt(site, `${moduleName(url)}.${site.getFunctionName() ?? 'func'}`));
    else if (frames.length > 0 && callsBodies(site.getFunctionName() ?? '')) break;
  }
  const outermost = frames.pop();
  frames.push(outermost ? frame(bodyName(body), outermost.file, outermost.line) : definition(body));
  const name = leaf[kind];
  const operation = name === undefined ? undefined : operationOf(sites);
  if (name === undefined || operation === undefined) return frames;
  return [kind === wait.sleep ? frame(name, SLEEP_FILE, 0) : frameAt(operation, name), ...frames];
}

/** The function of ours that the program called: the last one before the program's frames. Of an operation, the one that did it. */
function operationOf(sites: readonly Site[]): Site | undefined {
  let operation: Site | undefined;
  for (const site of sites) {
    const url = urlOf(site);
    if (isBuiltin(url)) continue;
    if (!isOurs(url)) break;
    if (operation === undefined || !startsOperations(site)) operation = site;
  }
  return operation;
}

/** True for the functions of Operation (sched/op.ts) that all operations have in common: their line says nothing of one. */
function startsOperations(site: Site): boolean {
  const name = site.getFunctionName();
  return name === '[Symbol.iterator]' || name === 'next';
}

/** The URL of a frame's code: modules have URLs, CommonJS modules have paths, and built-in functions of JavaScript neither. */
function urlOf(site: Site): string {
  const name = site.getFileName() ?? BUILTIN;
  return isAbsolute(name) ? pathToFileURL(name).href : name;
}

function frameAt(site: Site, func: string): TraceFrame {
  const at = originalPosition(urlOf(site), site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1);
  return frame(func, at.file, at.line);
}

/** `file:line` of a place as V8 gives it, `URL:line:column`. */
export function placeText(place: string): string {
  const [, url, line, column] = /^(.*):(\d+):(\d+)$/.exec(place) ?? [];
  if (url === undefined) return place;
  const at = originalPosition(url, Number(line), Number(column));
  return `${at.file}:${at.line}`;
}

/** The place where a body is defined, found by its text in its module. */
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
    // the module is not a file: its first line stands for the place
  }
  const at = originalPosition(url, line, column);
  return frame(bodyName(body), at.file, at.line);
}

/** A frame of this place. */
export function frame(func: string, file: string, line: number): TraceFrame {
  return { pc: pcOf(`${func}\n${file}\n${line}`), func, file, line };
}

/**
 * A program counter that stands for a frame. Tools group by it, so all Ps must compute the same: a hash of 44 bits, in which two
 * of some thousand frames are practically never equal. It begins at 0x400000, where the code of a Linux program begins.
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
