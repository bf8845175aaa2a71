// What a load is: whom to ask, for what, how often.

/// <reference types="node" preserve="true" />

/** A header's name and its value. */
export type Header = readonly [name: string, value: string];

export interface Plan {
  /** http: or https:. It alone is asked: what it redirects to elsewhere is not. */
  readonly url: URL;
  readonly method: string;
  /** What is sent besides Host, Content-Length and Connection, each name once. */
  readonly headers: readonly Header[];
  /** Nothing is sent if it is empty. */
  readonly body: Uint8Array;
  /** Workers, each with one request under way at a time. */
  readonly workers: number;
  /** Requests a worker; Infinity if only time ends it. */
  readonly perWorker: number;
  /** Requests a second and worker; 0 for as many as it can. */
  readonly rate: number;
  /** Nanoseconds after which no request is sent; Infinity if only their number ends it. */
  readonly forNs: number;
  /** Nanoseconds that a request may take, from its connecting to the last byte of its answer. */
  readonly timeoutNs: number;
  /** Whether connections are used again. */
  readonly keepAlive: boolean;
  /** Whether redirects within the same origin are followed. */
  readonly redirects: boolean;
}

/** What a load may be at most: it is a tool for one's own servers, and no typing error shall make a flood of it. */
export const limits = {
  requests: 1e7,
  workers: 10_000,
  /** A second and worker. */
  rate: 1e6,
  /** Nanoseconds that all may take together. */
  ns: 24 * 3600e9,
  /** Bytes that a request may carry. */
  body: 64 * 2 ** 20,
} as const;
