// Functions of a program, as callbacks and as goroutine bodies: of what kind they are, and what they return. A goroutine
// never awaits, and where a plain function is expected nothing runs the generator of a generator function: without these
// checks both would silently do nothing.

import { UsageError } from '../memory/errors.js';
import { describe } from '../value/type.js';

/** The kinds of functions: all but plain ones do nothing by themselves when they are called and the result is dropped. */
export type FunctionKind = 'plain' | 'generator' | 'async' | 'asyncGenerator';

// biome-ignore lint/complexity/noBannedTypes: a function of any kind
const kinds: readonly (readonly [Exclude<FunctionKind, 'plain'>, Function])[] = [
  ['generator', Object.getPrototypeOf(function* () {}).constructor],
  ['async', Object.getPrototypeOf(async () => {}).constructor],
  ['asyncGenerator', Object.getPrototypeOf(async function* () {}).constructor],
];

/** The kind of a function, as it was declared: a plain one may still return a promise or a generator. */
export function functionKind(f: CallableFunction): FunctionKind {
  if (Object.getPrototypeOf(f) === Function.prototype) return 'plain';
  return kinds.find(([, made]) => f instanceof made)?.[0] ?? 'plain';
}

/** The kinds in messages. */
export const kindText: Readonly<Record<FunctionKind, string>> = {
  plain: 'a plain function',
  generator: 'a generator function',
  async: 'an async function',
  asyncGenerator: 'an async generator function',
};

/** The kind of a result that nothing would wait for or run; undefined if it is a plain value. */
export function unfinishedResult(value: unknown): 'a promise' | 'a generator' | 'an async generator' | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined;
  if ('then' in value && typeof value.then === 'function') return 'a promise';
  if (!('next' in value)) return undefined;
  if (Symbol.asyncIterator in value) return 'an async generator';
  return Symbol.iterator in value ? 'a generator' : undefined;
}

type Awaitable = PromiseLike<unknown> | AsyncGenerator<unknown, unknown, never>;
/** The message if R is one of T, or may be; else unknown, which asks for nothing. Of `any` nothing is known. */
type Unless<R, T, Message> = 0 extends 1 & R ? unknown : [Extract<R, T>] extends [never] ? unknown : Message;

/** What the result of a function has to be besides, if nothing can wait for it. */
export type NotAwaited<R> = Unless<
  R,
  Awaitable,
  'a goroutine cannot await: expected a plain function or a function*, got an async function'
>;

/** The same if nothing runs what a `function*` returns. */
export type NotUnfinished<R> = Unless<
  R,
  Awaitable,
  'a goroutine cannot await: expected a plain function, got an async function'
> &
  Unless<R, Generator<unknown, unknown, never>, 'expected a plain function, which runs to its end, got a function*'>;

const NO_AWAIT = 'a goroutine cannot await';

/** The end of a message: why the callback is refused, and what to write instead. */
function fix(async: boolean, instead: string): string {
  return async ? `${NO_AWAIT}; ${instead}` : instead;
}

/**
 * Refuses what is no plain function, before it is called.
 * @param what the operation that takes the callback: `range`
 * @param instead what to write instead
 * @throws UsageError
 */
export function checkPlain(what: string, f: unknown, instead: string): void {
  check(what, f, 'a plain function', false, instead);
}

/** Refuses what is neither a plain function nor a generator function. @throws UsageError */
export function checkNotAsync(what: string, f: unknown, instead: string): void {
  check(what, f, 'a plain function or a generator function', true, instead);
}

/**
 * Refuses generator functions among the callbacks that are called on Node's side, where nothing runs them. Async functions are accepted:
 * there is an event loop.
 */
export function checkCallbacks(what: string, callbacks: Readonly<Record<string, unknown>>): void {
  for (const [name, f] of Object.entries(callbacks)) {
    if (f === undefined) continue;
    const got = typeof f !== 'function' ? describe(f) : kindText[functionKind(f as CallableFunction)];
    if (typeof f === 'function' && !/generator/.test(got)) continue;
    throw new UsageError(`${what}: expected a function as ${name}, got ${got}: nothing runs a generator there`);
  }
}

function check(what: string, f: unknown, wanted: string, generators: boolean, instead: string): void {
  if (typeof f !== 'function') {
    throw new UsageError(`${what}: expected ${wanted}, got ${describe(f)}`);
  }
  const kind = functionKind(f as CallableFunction);
  if (kind === 'plain' || (generators && kind === 'generator')) return;
  throw new UsageError(`${what}: expected ${wanted}, got ${kindText[kind]}: ${fix(kind !== 'generator', instead)}`);
}

/** Refuses what a plain callback has returned if something would have to wait for it or to run it. @throws UsageError */
export function checkPlainReturn(what: string, value: unknown, instead: string): void {
  const result = unfinishedResult(value);
  if (result === undefined) return;
  throw new UsageError(
    `${what}: expected a function that runs to its end, got one that returns ${result}: ${fix(result !== 'a generator', instead)}`,
  );
}

/** The same where a generator is run: what is left is a promise. @throws UsageError */
export function checkNoPromise(what: string, value: unknown, instead: string): void {
  if (unfinishedResult(value) !== 'a generator') checkPlainReturn(what, value, instead);
}
