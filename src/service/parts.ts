// The parts of a service: what its app is built from, without where they come from, so that tests can pass fakes.

/// <reference types="node" preserve="true" />

import type { Profile } from '../pprof/profile.js';
import type { ProfileKind, Reply } from '../runtime/start.js';
import type { Admission, Work } from './admission.js';
import type { Query } from './handler.js';
import type { Page } from './page.js';

/** A request, as it was read from its URL. */
export interface Job {
  /** The query for the handler. */
  readonly query: Query;
  readonly work: Work;
}

/** How a path of a service is answered. */
export interface Route {
  /** Name of the exported function that answers. */
  readonly handler: string;
  /** Reads the client's query. @throws BadQuery */
  readonly read: (query: URLSearchParams) => Job;
  /** Headers of a successful answer, besides its type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Content-Type of a successful answer, if it is always the same: HEAD is then answered without doing the work. */
  readonly type?: string;
}

/** Expected milliseconds of a handler that has not been called yet. */
const GUESS_MS = 10;

/** The route of a handler that is given by its name: it gets the query as it is, and all calls are expected to take the same time. */
export function plainRoute(handler: string): Route {
  return {
    handler,
    read: (query) => ({
      query: Object.fromEntries(query),
      work: { kind: handler, units: 1, guess: GUESS_MS },
    }),
  };
}

/** Passes a Call (handler.ts), as JSON, to a goroutine. Aborting `signal` tells it that the client has gone. @throws as Dialer.call */
export type Dial = (request: string, signal: AbortSignal) => Promise<Reply>;

/** The source of profiles. */
export interface Profiles {
  /**
   * The profile of the run so far, or what is added to it in `seconds`; of the CPU, only the latter.
   * @throws Error in one line, if another one is being taken
   */
  profile(kind: ProfileKind, options: { readonly seconds?: number; readonly signal: AbortSignal }): Promise<Profile>;
  /** All goroutines, as text: each stack once, with a count (1), or each goroutine with its state (2). */
  goroutines(debug: 1 | 2): Promise<string>;
}

/** Figures of the runtime that can be read while it runs. */
export interface Gauges {
  readonly procs: number;
  /** Goroutines that are alive. */
  readonly goroutines: number;
  /** Bytes of shared memory that threads have got; freed memory stays with them. */
  readonly sharedBytes: number;
  /** Pixels painted so far. */
  readonly pixels: number;
}

/** All parts of a service. */
export interface Parts {
  /** Name of the service in its log. */
  readonly name: string;
  readonly routes: Readonly<Record<string, Route>>;
  readonly page?: Page;
  readonly dial: Dial;
  readonly admission: Admission;
  readonly profiles: Profiles;
  readonly gauges: () => Gauges;
  /** Which clients may take profiles. */
  readonly pprof: 'loopback' | 'any';
  /** The command line of the process. */
  readonly argv: readonly string[];
  readonly log: (line: string) => void;
  /** Whether each request is logged. */
  readonly logRequests: boolean;
}
