// Goroutine bodies: the exported functions of the program's modules, numbered in the same order on every thread, so
// that a number names the function wherever the goroutine starts.

import { BodyError, UsageError } from '../memory/errors.js';
import { describe } from '../value/type.js';
import { functionKind, kindText, unfinishedResult } from './callback.js';
import { MAX_BODIES, m } from './g.js';
import { noGoroutine } from './packagelevel.js';

// biome-ignore lint/complexity/noBannedTypes: any exported function may be a body
export type Body = Function;

/** One module of a program, as this thread imported it. */
export interface ProgramModule {
  /** Where it is from, for messages. */
  readonly url: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

let program: readonly ProgramModule[] = [];
let bodies: Body[] = [];
let names: string[] = [];
let urls: string[] = [];
/** For each body, 1 if it may park: it is a generator function. ASYNC if it can be none. */
let parks: number[] = [];
const ASYNC = -1;
let numbers = new Map<Body, number>();
let lastBody: Body | undefined;
let lastNumber = 0;

/** Makes the exports of these modules the bodies of this thread. */
export function setProgram(modules: readonly ProgramModule[]): void {
  program = modules;
  bodies = [];
  names = [];
  urls = [];
  parks = [];
  numbers = new Map();
  lastBody = undefined;
  for (const module of modules) {
    for (const name of Object.keys(module.exports).sort()) {
      const body = module.exports[name];
      if (typeof body !== 'function' || numbers.has(body)) continue;
      numbers.set(body, bodies.length);
      bodies.push(body);
      names.push(`${moduleName(module.url)}.${name}`);
      urls.push(module.url);
      const kind = functionKind(body as CallableFunction);
      parks.push(kind === 'plain' ? 0 : kind === 'generator' ? 1 : ASYNC);
    }
  }
  if (bodies.length > MAX_BODIES) {
    throw new UsageError(
      `program: expected at most ${MAX_BODIES} exported functions, which may be bodies, got ${bodies.length}; export fewer`,
    );
  }
}

/** The number of `body`. @throws UsageError if it is no export of the program, or async */
export function bodyNumber(body: Body): number {
  if (body === lastBody) return lastNumber;
  const number = numbers.get(body);
  // While modules are loaded there are no bodies yet.
  if (number === undefined) throw m.curg === 0 && typeof body === 'function' ? noGoroutine('go') : notExported(body);
  if (parks[number] === ASYNC) throw asyncBody(number);
  lastBody = body;
  lastNumber = number;
  return number;
}

export function bodyAt(number: number): Body {
  return bodies[number]!;
}

/** 1 if the body may park, else 0. */
export function bodyParks(number: number): number {
  return parks[number]!;
}

/** The body's name as reports print it: module.function, as Go prints main.worker. */
export function bodyName(number: number): string {
  return names[number] ?? '(unknown)';
}

/** URL of the module that exports the body. */
export function bodyUrl(number: number): string {
  return urls[number]!;
}

/** How many bodies the program has. */
export function bodyCount(): number {
  return bodies.length;
}

/** The last part of a module's URL. */
export function fileName(url: string): string {
  const path = new URL(url).pathname;
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The module's name, as names of functions begin with it. */
export function moduleName(url: string): string {
  return fileName(url).replace(/\.[cm]?[jt]s$/, '');
}

function asyncBody(number: number): UsageError {
  const kind = kindText[functionKind(bodies[number] as CallableFunction)];
  return new BodyError(
    number,
    `go ${names[number]}: expected a generator function or one that runs to its end, got ${kind}: a goroutine cannot ` +
      'await; declare it `function*` and `yield*` what parks',
  );
}

function notExported(body: unknown): UsageError {
  const where = program.map((m) => fileName(m.url)).join(' or ');
  if (typeof body !== 'function') {
    const made = unfinishedResult(body);
    const got = made === undefined ? describe(body) : `${made}: write the function and its arguments, go(worker, c)`;
    return new UsageError(`go: expected a function exported by ${where}, got ${got}`);
  }
  const name = body.name === '' ? 'an anonymous function' : `function ${body.name}`;
  return new UsageError(
    `go: expected a function exported by ${where}, got ${name}: other threads find a goroutine's body by its export name; ` +
      'write `export` before it, and hand it what it would capture as arguments',
  );
}

/** Names of the methods of Executor (execute.ts) that call a body: in a stack, the goroutine's own frames end there. */
const callers: readonly string[] = ['execute', 'runPlain', 'step'];

/** True if the function of this name, in a file of the runtime, is one that calls goroutine bodies. */
export function callsBodies(fn: string): boolean {
  return callers.includes(fn.slice(fn.lastIndexOf('.') + 1).replace('#', ''));
}
