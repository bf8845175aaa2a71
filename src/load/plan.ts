// The plan of a load: which server, which request, how often.

/// <reference types="node" preserve="true" />

/** A header's name and its value. */
export type Header = readonly [name: string, value: string];

/** A load before it is run. */
export interface Plan {
  /** http: or https:. No other origin is asked, even if this one redirects to it. */
  readonly url: URL;
  readonly method: string;
  /** Headers besides Host, Content-Length and Connection, each name once. */
  readonly headers: readonly Header[];
  /** Empty for a request without a body. */
  readonly body: Uint8Array;
  /** Number of workers, each with one request in flight at a time. */
  readonly workers: number;
  /** Requests per worker; Infinity if only time ends the load. */
  readonly perWorker: number;
  /** Requests per second and worker; 0 for as many as possible. */
  readonly rate: number;
  /** Nanoseconds after which no request is sent; Infinity if only their number ends the load. */
  readonly forNs: number;
  /** Nanoseconds that a request may take, from connecting to the last byte of its answer. */
  readonly timeoutNs: number;
  /** Whether connections are kept alive. */
  readonly keepAlive: boolean;
  /** Whether redirects within the same origin are followed. */
  readonly redirects: boolean;
}

/** Upper bounds of a plan: a typing error must not make a flood of a load. */
export const limits = {
  requests: 1e7,
  workers: 10_000,
  /** Requests per second and worker. */
  rate: 1e6,
  /** Nanoseconds that the whole load may take. */
  ns: 24 * 3600e9,
  /** Bytes of a request's body. */
  body: 64 * 2 ** 20,
} as const;
