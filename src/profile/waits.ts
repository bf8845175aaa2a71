// The block and the mutex profile of a run: how often and how long goroutines waited, by where they began to, or by who let
// them wait. After writeProfileInternal in runtime/pprof/pprof.go.

import type { Profile } from '../pprof/profile.js';
import type { WaitsPart } from '../runtime/profiling/part.js';
import type { TraceFrame } from '../trace/writer.js';
import { Builder, type Frame } from './builder.js';

/** The profile. Every event counts, so its period is 1. */
export function waitsProfile(parts: readonly WaitsPart[], about: Pick<Profile, 'timeNs' | 'durationNs'>): Profile {
  const builder = new Builder();
  const stacks = new Map(
    parts.flatMap(({ p, stacks: own }) => own.map(({ stack, frames }) => [`${p} ${stack}`, frames.map(frameOf)])),
  );
  for (const { counts } of parts) {
    for (const { p, stack, count, delayNs } of counts) {
      // A P whose thread had to be ended has not said what its stacks are.
      builder.add(stacks.get(`${p} ${stack}`) ?? [], [count, Math.round(delayNs)]);
    }
  }
  const contentions = { type: 'contentions', unit: 'count' };
  return builder.finish([contentions, { type: 'delay', unit: 'nanoseconds' }], {
    ...about,
    periodType: contentions,
    period: 1,
  });
}

function frameOf({ func, file, line }: TraceFrame): Frame {
  return [{ name: func, file, line }];
}
