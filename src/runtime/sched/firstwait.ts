// What a new goroutine would wait for if it took its first step now. A thief whose catch does nothing but wait for its creator
// has parted two goroutines that belong together: from its first step on, a goroutine stays on its P (sched.ts).
//
// Read off the body's source: `function* f(c) { for (;;) { const v = yield* c.recv();` waits for its first argument if that
// channel is empty, and has called nothing before. It is a guess that decides where a goroutine starts and nothing else, so
// it need not see through everything: what it does not understand may be taken.

import { type ChanAddr, field, type GAddr } from '../memory/address.js';
import { COLD, G, H } from '../memory/layout.js';
import { gColdAddress, i32 } from '../memory/memory.js';
import { argAddress } from './args.js';
import { type Body, bodyAt } from './bodies.js';
import { fnArgs, fnBody } from './g.js';

/**
 * A body's first wait: for a value of the channel that is its argument number `arg`, or until that takes one. Or for a
 * condition: it takes a lock, and waits in a loop for what that guards to change.
 */
type FirstWait = { readonly arg: number; readonly sends: boolean } | 'condition';

/** How long (ms) a goroutine is taken to wait for a condition of which nobody else can see whether it holds. */
const CONDITION = 100;

/** Null where the source does not say. */
const known = new WeakMap<Body, FirstWait | null>();

/** What the first operation of a goroutine would find now, if not a goroutine that waits for it. */
export const found = { nobody: 0, buffer: -1, unknown: -2 } as const;

/**
 * The G that waits for a send to, or a receive from, the channel at `c`, as far as one can see; else `found`. go/hchan.ts
 * knows.
 */
let meets: (c: ChanAddr, sends: boolean) => number = () => found.unknown;

/** Says how to tell what an operation on a channel would find. */
export function setMeets(tell: typeof meets): void {
  meets = tell;
}

/**
 * The G that waits for what the first step of the unstarted G at `gp` begins with; else `found`: if that is nobody, the step
 * would do nothing but wait. A hint: its P may be starting it at this moment.
 */
export function firstMeets(gp: GAddr): number {
  const fn = i32[field(gp, G.FN)]!;
  const body = bodyAt(fnBody(fn));
  let wait = known.get(body);
  if (wait === undefined) {
    wait = firstWait(body) ?? null;
    known.set(body, wait);
  }
  if (wait === 'condition') return waited(gp) < CONDITION ? found.nobody : found.unknown;
  if (wait === null || wait.arg >= fnArgs(fn)) return found.unknown;
  const c = argAddress(gp, fnArgs(fn), wait.arg);
  return c === 0 ? found.unknown : meets(c as ChanAddr, wait.sends);
}

const comments = /\/\*[\s\S]*?\*\/|\/\/.*/g;
/** Parameters, what comes before the first `yield*`, and the operation, which may stand inside of the one that is written first. */
const start =
  /^function\s*\*\s*[\w$]*\s*\(([\w$,\s]*)\)\s*\{([\s\S]*?)yield\*\s*(?:[\w$]+\.send\(\s*yield\*\s*)?([\w$]+)\.(recv2?|range|send)\(/;
/** What comes before a lock, and what is done with it. */
const locked =
  /^function\s*\*[^(]*\([^)]*\)\s*\{([\s\S]*?)yield\*\s*[\w$.]+\.lock\(\)([\s\S]*?)yield\*\s*[\w$.]+\.wait\(\)/;
/** Loops and declarations: nothing that is called. */
const plain = /^(?:[^()]|\b(?:for|while)\s*\([^()]*\))*$/;

/** The first wait of a body; undefined if its source does not begin with one. */
export function firstWait(body: Body): FirstWait | undefined {
  const source = Function.prototype.toString.call(body).replace(comments, '');
  const [, ahead, between] = locked.exec(source) ?? [];
  if (between !== undefined && plain.test(ahead!) && /\bwhile\b/.test(between) && !between.includes('yield*')) {
    return 'condition';
  }
  const [, params, before, channel, operation] = start.exec(source) ?? [];
  if (params === undefined || !plain.test(before!)) return undefined;
  const arg = params.split(',').findIndex((param) => param.trim() === channel);
  return arg === -1 ? undefined : { arg, sends: operation === 'send' };
}

/** How long (ms) a goroutine has waited for its first step. */
export function waited(gp: GAddr): number {
  return (i32[H.CLOCK]! - i32[field(gColdAddress(gp), COLD.CREATED)]!) | 0;
}
