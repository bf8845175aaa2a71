// First waits: the goroutine that a new one would wait for if it took its first step now. A thief that takes a goroutine
// which then only waits for its creator has separated two that belong on one P: from its first step on, a goroutine stays
// on its P (sched.ts).
//
// The answer is read from the body's source: `function* f(c) { for (;;) { const v = yield* c.recv();` waits for its first
// argument if that channel is empty, and has called nothing before. It is a heuristic that decides where a goroutine starts
// and nothing else: a body whose source it does not understand may be stolen.

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

/** How long (ms) a goroutine counts as one that would wait for a condition: from outside, it cannot be seen whether it holds. */
const CONDITION = 100;

/** Null where the source does not say. */
const known = new WeakMap<Body, FirstWait | null>();

/**
 * What the first operation of a goroutine would find now, if not a goroutine that waits for it: none, so that it would wait
 * itself; a buffer with room or values, or a closed channel; or it cannot be said.
 */
export const found = { none: 0, buffer: -1, unknown: -2 } as const;

/** The G that waits for a send to, or a receive from, the channel at `c`, or `found`. A hint. go/hchan.ts sets it. */
let meets: (c: ChanAddr, sends: boolean) => number = () => found.unknown;

/** Sets the function that looks into a channel: its layout belongs to go/. */
export function setMeets(lookInto: typeof meets): void {
  meets = lookInto;
}

/**
 * The G that waits for the operation with which the first step of the unstarted G at `gp` begins, or `found`: if `none`, the
 * step would only wait. A hint: its P may be starting it at this moment.
 */
export function firstMeets(gp: GAddr): number {
  const fn = i32[field(gp, G.FN)]!;
  const body = bodyAt(fnBody(fn));
  let wait = known.get(body);
  if (wait === undefined) {
    wait = firstWait(body) ?? null;
    known.set(body, wait);
  }
  if (wait === 'condition') return waited(gp) < CONDITION ? found.none : found.unknown;
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
