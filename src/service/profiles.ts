// Where a service's profiles come from: the runtime that runs it.

import { liveGoroutines, liveProfile } from '../profile/index.js';
import type { Runtime } from '../runtime/start.js';
import { added } from './added.js';
import type { Profiles } from './parts.js';

/** The profiles of a runtime. */
export function profilesOf(runtime: Runtime): Profiles {
  return {
    async profile(kind, { seconds, signal }) {
      if (kind === 'cpu' || kind === 'allocs' || seconds === undefined) {
        return liveProfile(runtime, kind, { signal, ...(seconds !== undefined && { seconds }) });
      }
      const before = await liveProfile(runtime, kind, { signal });
      await over(seconds, signal);
      return added(before, await liveProfile(runtime, kind, { signal }));
    },
    goroutines: (debug) => liveGoroutines(runtime, debug),
  };
}

/** Resolves after so many seconds, or when whoever asked has gone. */
function over(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
