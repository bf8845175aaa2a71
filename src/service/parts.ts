// What a service is put together from: its app knows these and not where they come from, so that tests can hand it others.

/// <reference types="node" preserve="true" />

import type { Profile } from '../pprof/profile.js';
import type { ProfileKind, Reply } from '../runtime/start.js';
import type { Admission } from './admission.js';
import type { Page } from './page.js';
import type { Route } from './route.js';

/** Hands a goroutine a Call (handler.ts), as JSON. Aborting `signal` tells it that the client has gone. @throws as Dialer.call */
export type Dial = (request: string, signal: AbortSignal) => Promise<Reply>;

/** Where profiles come from. */
export interface Profiles {
  /**
   * The profile as it is, or what has been added to it in so many seconds; of the processor, only the latter.
   * @throws Error in one line, if there is one already
   */
  profile(kind: ProfileKind, options: { readonly seconds?: number; readonly signal: AbortSignal }): Promise<Profile>;
  /** All goroutines, as text: each stack once, with a count (1), or each goroutine with its state (2). */
  goroutines(debug: 1 | 2): Promise<string>;
}

/** What the runtime says of itself, without stopping. */
export interface Gauges {
  readonly procs: number;
  /** Goroutines that are alive. */
  readonly goroutines: number;
  /** Bytes of shared memory that have been handed out to threads; what is given back stays with them. */
  readonly sharedBytes: number;
  /** Pixels that have been painted. */
  readonly pixels: number;
}

export interface Parts {
  /** What the service is called in its log. */
  readonly name: string;
  readonly routes: Readonly<Record<string, Route>>;
  readonly page?: Page;
  readonly dial: Dial;
  readonly admission: Admission;
  readonly profiles: Profiles;
  readonly gauges: () => Gauges;
  /** Whose requests profiles are for. */
  readonly pprof: 'loopback' | 'any';
  /** What the program was started with. */
  readonly argv: readonly string[];
  readonly log: (line: string) => void;
  /** Whether each request is worth a line in the log. */
  readonly logRequests: boolean;
}
