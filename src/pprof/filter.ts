// What of a profile is looked at: samples whose stacks match, and frames of them. After filter.go and prune.go in
// google/pprof's profile package, and driver_focus.go in its internal/driver.

import type { Config } from './config.js';
import type { Profile } from './profile.js';

/** The profile that the filters leave. */
export function filtered(profile: Profile, _config: Config, _warn: (line: string) => void): Profile {
  return profile;
}
