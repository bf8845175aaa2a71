// What a service answers: a path, the goroutine that answers it, and what that will cost.

/// <reference types="node" preserve="true" />

import type { Work } from './estimate.js';
import type { Query } from './handler.js';

/** What a request has been read as. */
export interface Job {
  /** What the handler is asked. */
  readonly query: Query;
  readonly work: Work;
}

/** A path of a service. */
export interface Route {
  /** Name of the exported function of the program that answers. */
  readonly handler: string;
  /** Reads what the client asks for. @throws BadQuery */
  readonly read: (query: URLSearchParams) => Job;
  /** Headers of a good answer, beside its type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Content-Type of a good answer, if that is always the same: HEAD is then answered without doing the work. */
  readonly type?: string;
}

/** Milliseconds that a handler is expected to take which nobody has called yet. */
const GUESS_MS = 10;

/** The route of a handler by its name: it is handed the query as it is, and each call is expected to cost the same. */
export function plainRoute(handler: string): Route {
  return {
    handler,
    read: (query) => ({
      query: Object.fromEntries(query),
      work: { kind: handler, units: 1, guess: GUESS_MS },
    }),
  };
}
