// What records a profile on one thread.

import type { Part } from './part.js';

/** A profile of one P that is under way. */
export interface Recorder {
  /** What has been found so far; undefined if that cannot be said before the end. */
  take(): Part | undefined;
  /** Ends it: what has been found. */
  stop(): Part;
}
