// Where a service's profiles come from: the runtime that runs it.

import { liveGoroutines, liveProfile } from '../profile/index.js';
import type { Runtime } from '../runtime/start.js';
import type { Profiles } from './parts.js';

/** The profiles of a runtime. */
export function profilesOf(runtime: Runtime): Profiles {
  return {
    profile: (kind, options) => liveProfile(runtime, kind, options),
    goroutines: (debug) => liveGoroutines(runtime, debug),
  };
}
