// Where a service's profiles come from: the runtime that runs it.

import type { Runtime } from '../runtime/start.js';
import type { Profiles } from './parts.js';

/** The profiles of a runtime. */
export function profilesOf(_runtime: Runtime): Profiles {
  const none = async () => {
    throw new Error('not there yet');
  };
  return { profile: none, goroutines: none };
}
