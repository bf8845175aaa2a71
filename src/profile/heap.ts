// The heap profile of a run: what V8 has sampled on each thread's heap. After writeHeapInternal in runtime/pprof/pprof.go.
//
// Unlike Go, whose profile has both, and in objects as well as in bytes: V8 counts either what has been allocated or what of
// it is alive, and in bytes. What goroutines share is not on V8's heap, and not in here.

import type { HeapProfiler } from 'node:inspector';
import type { Profile } from '../pprof/profile.js';
import { type HeapPart, MEM_PROFILE_RATE } from '../runtime/profiling/part.js';
import { Builder, type Frame } from './builder.js';
import { ofGoroutine } from './goroutine.js';
import { PROFILER, placeAt } from './places.js';

/** The profile: `inuse_space` or `alloc_space`, as the parts are, with the labels `P` and `goroutine`. */
export function heapProfile(
  kind: HeapPart['kind'],
  parts: readonly HeapPart[],
  about: Pick<Profile, 'timeNs' | 'durationNs'>,
): Profile {
  const builder = new Builder();
  for (const { p, profile } of parts) {
    const add = (node: HeapProfiler.SamplingHeapProfileNode, callers: readonly Frame[]) => {
      const { functionName, url, lineNumber, columnNumber } = node.callFrame;
      if (PROFILER.test(url)) return;
      const stack: readonly Frame[] =
        functionName === '(root)' ? [] : [[placeAt(url, functionName, lineNumber + 1, columnNumber + 1)], ...callers];
      if (node.selfSize > 0) {
        const { frames, labels } = ofGoroutine(stack, p);
        builder.add(frames, [Math.round(node.selfSize)], labels);
      }
      for (const child of node.children) add(child, stack);
    };
    add(profile.head, []);
  }
  const type = kind === 'heap' ? 'inuse_space' : 'alloc_space';
  return builder.finish([{ type, unit: 'bytes' }], {
    ...about,
    periodType: { type: 'space', unit: 'bytes' },
    period: MEM_PROFILE_RATE,
  });
}
