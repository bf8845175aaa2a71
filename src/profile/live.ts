// Live profiles: profiles of a run in progress, as net/http/pprof serves them. After handler.ServeHTTP in
// net/http/pprof/pprof.go.

/// <reference types="node" preserve="true" />

import { setTimeout as sleep } from 'node:timers/promises';
import { subtractProfile } from '../pprof/merge.js';
import type { Profile } from '../pprof/profile.js';
import type { Part, ProfileKind } from '../runtime/profiling/part.js';
import type { Runtime } from '../runtime/start.js';
import { goroutineText, makeProfile, missingLines } from './make.js';
import { sayMissing } from './write.js';

/** Default duration of a CPU or allocation profile, in seconds. */
const SECONDS = 1;
const MS_PER_S = 1000;
const NS_PER_MS = 1e6;

/** Options of liveProfile(). */
export interface LiveOptions {
  /**
   * Duration of the profile. `cpu` and `allocs`: 1 by default. The others are snapshots without it, and with it the difference
   * of two snapshots.
   */
  readonly seconds?: number;
  /** Ends the profile early. */
  readonly signal?: AbortSignal;
}

/** Runtimes with a CPU or an allocation profile in progress. */
const recording = { cpu: new WeakSet<Runtime>(), allocs: new WeakSet<Runtime>() };

/** Begins the profiles that last as long as the run: live objects on the heaps, and waits of goroutines. */
export async function enableProfiles(runtime: Runtime): Promise<void> {
  for (const kind of ['heap', 'block', 'mutex'] as const) await runtime.profile('start', kind);
}

/**
 * Takes a profile of the run in progress. `heap`, `block` and `mutex` begin with enableProfiles(). Unlike Go, `allocs` has the
 * allocations of some seconds, not of the whole run, and `heap` begins again after it: V8 counts either live objects or all
 * allocations.
 * @throws Error if no run is in progress, if it ends meanwhile, or if such a profile is in progress already
 */
export async function liveProfile(runtime: Runtime, kind: ProfileKind, options: LiveOptions = {}): Promise<Profile> {
  const timeNs = Date.now() * NS_PER_MS;
  const began = performance.now();
  const make = (parts: readonly Part[]) => {
    sayMissing(`profile: ${kind}`, { kind, parts });
    return makeProfile(kind, parts, { timeNs, durationNs: Math.round((performance.now() - began) * NS_PER_MS) });
  };
  if (kind === 'cpu' || kind === 'allocs') return make(await record(runtime, kind, options));
  const before = make(await runtime.profile('take', kind));
  if (options.seconds === undefined) return before;
  await wait(options.seconds, options.signal);
  return subtractProfile(make(await runtime.profile('take', kind)), before, false);
}

async function record(runtime: Runtime, kind: 'cpu' | 'allocs', { seconds = SECONDS, signal }: LiveOptions) {
  if (recording[kind].has(runtime)) throw new Error(`${kind} profiling already in use`);
  recording[kind].add(runtime);
  try {
    await runtime.profile('start', kind);
    await wait(seconds, signal);
    return await runtime.profile('stop', kind);
  } finally {
    recording[kind].delete(runtime);
    if (kind === 'allocs') await runtime.profile('start', 'heap').catch(() => {}); // the run has ended
  }
}

/** Waits so many seconds, or until the caller aborts. */
async function wait(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(seconds * MS_PER_S, undefined, signal && { signal }).catch(() => {});
}

/** The goroutines of the run in progress as text: grouped (1), or one by one (2). @throws Error like liveProfile() */
export async function liveGoroutines(runtime: Runtime, debug: 1 | 2): Promise<string> {
  const parts = await runtime.profile('take', 'goroutine');
  sayMissing('profile: goroutine', { kind: 'goroutine', parts });
  const text = goroutineText(
    parts.filter((part) => part.kind === 'goroutine'),
    debug,
  );
  return [text, ...missingLines('goroutine', parts).map((line) => `# ${line}\n`)].join('');
}
