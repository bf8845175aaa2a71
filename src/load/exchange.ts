// Exchanges: a request with its answer, or the reason why it has none.

/** Durations of the phases of a request in nanoseconds, those of its redirects added up. */
export interface Phases {
  /** Until there was a connection, the name lookup included; 0 if a kept-alive one was used. */
  readonly dial: number;
  readonly lookup: number;
  readonly write: number;
  /** From the last byte written until the head of the answer. */
  readonly wait: number;
  readonly read: number;
}

/** The names of the phases, in the order of the report. */
export const phaseNames = ['dial', 'lookup', 'write', 'wait', 'read'] as const satisfies readonly (keyof Phases)[];

export type Exchange =
  /** A whole answer, of any status. `bytes` are those of its body, before decompression. */
  | { readonly kind: 'answer'; readonly status: number; readonly bytes: number; readonly phases: Phases }
  /** No answer, or only a part of one. */
  | { readonly kind: 'error'; readonly what: string }
  /** The load was stopped before there was an answer, which says nothing about the server. */
  | { readonly kind: 'stopped' };

/** A request that has ended. Times are nanoseconds from the start of the load. */
export interface Done {
  readonly exchange: Exchange;
  /** The start of its latency: when it was due, or without a rate, when it was sent. */
  readonly startNs: number;
  readonly sentNs: number;
  readonly endNs: number;
}

/** Whether an exchange succeeded: its status is from 200 to 299. */
export function succeeded(exchange: Exchange): boolean {
  return exchange.kind === 'answer' && exchange.status >= 200 && exchange.status < 300;
}
