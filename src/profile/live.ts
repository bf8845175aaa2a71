// Profiles of a run that goes on: what net/http/pprof serves. After handler.ServeHTTP in net/http/pprof/pprof.go.

/// <reference types="node" preserve="true" />

import { setTimeout as sleep } from 'node:timers/promises';
import { without } from '../pprof/merge.js';
import type { Profile } from '../pprof/profile.js';
import type { Part, ProfileKind } from '../runtime/profiling/part.js';
import type { Runtime } from '../runtime/start.js';
import { goroutineText, makeProfile, missingLines } from './make.js';
import { sayMissing } from './write.js';

/** Seconds that the run is watched unless somebody says otherwise. */
const SECONDS = 1;
const MS_PER_S = 1000;
const NS_PER_MS = 1e6;

export interface LiveOptions {
  /** How long to watch; `cpu` and `allocs` 1 by default. The others say what there is, and with it, what came to it meanwhile. */
  readonly seconds?: number;
  /** Ends the watching early. */
  readonly signal?: AbortSignal;
}

/** Runtimes whose processor time, or whose allocations, are being watched. */
const watched = { cpu: new WeakSet<Runtime>(), allocs: new WeakSet<Runtime>() };

/** Begins what goes on as long as the run: what is alive on the heaps, and who waits for what. */
export async function enableProfiles(runtime: Runtime): Promise<void> {
  for (const kind of ['heap', 'block', 'mutex'] as const) await runtime.profile('start', kind);
}

/**
 * A profile of the run that is under way. Of `heap`, `block` and `mutex` there is what has been found since
 * enableProfiles(). Unlike Go, `allocs` is not what was allocated since the program began, but within some seconds, and `heap`
 * begins anew then: V8 counts either what lives or what was made.
 * @throws Error if no run is under way, it ends meanwhile, or such a profile is being made already
 */
export async function liveProfile(runtime: Runtime, kind: ProfileKind, options: LiveOptions = {}): Promise<Profile> {
  const timeNs = Date.now() * NS_PER_MS;
  const began = performance.now();
  const make = (parts: readonly Part[]) => {
    sayMissing(`profile: ${kind}`, { kind, parts });
    return makeProfile(kind, parts, { timeNs, durationNs: Math.round((performance.now() - began) * NS_PER_MS) });
  };
  if (kind === 'cpu' || kind === 'allocs') return make(await watch(runtime, kind, options));
  const before = make(await runtime.profile('take', kind));
  if (options.seconds === undefined) return before;
  await wait(options.seconds, options.signal);
  return without(make(await runtime.profile('take', kind)), before, false);
}

async function watch(runtime: Runtime, kind: 'cpu' | 'allocs', { seconds = SECONDS, signal }: LiveOptions) {
  if (watched[kind].has(runtime)) throw new Error(`${kind} profiling already in use`);
  watched[kind].add(runtime);
  try {
    await runtime.profile('start', kind);
    await wait(seconds, signal);
    return await runtime.profile('stop', kind);
  } finally {
    watched[kind].delete(runtime);
    if (kind === 'allocs') await runtime.profile('start', 'heap').catch(() => {}); // the run has ended
  }
}

/** Waits so long, or until whoever asked has gone. */
async function wait(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(seconds * MS_PER_S, undefined, signal && { signal }).catch(() => {});
}

/** The goroutines of the run that is under way, as text: grouped (1), or each on its own (2). @throws Error as liveProfile */
export async function liveGoroutines(runtime: Runtime, debug: 1 | 2): Promise<string> {
  const parts = await runtime.profile('take', 'goroutine');
  sayMissing('profile: goroutine', { kind: 'goroutine', parts });
  const text = goroutineText(
    parts.filter((part) => part.kind === 'goroutine'),
    debug,
  );
  return [text, ...missingLines('goroutine', parts).map((line) => `# ${line}\n`)].join('');
}
