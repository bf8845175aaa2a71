// What became of a request.

/** Nanoseconds of the parts of a request, all of its redirects together. */
export interface Phases {
  /** Until there was a connection, the look-up of the name included; 0 if one was used again. */
  readonly dial: number;
  readonly lookup: number;
  readonly write: number;
  /** From the last byte written to the head of the answer. */
  readonly wait: number;
  readonly read: number;
}

/** The names of the phases, in the order of the report. */
export const phaseNames = ['dial', 'lookup', 'write', 'wait', 'read'] as const satisfies readonly (keyof Phases)[];

export type Exchange =
  /** A whole answer, whatever its status. `bytes` are those of its body, as they came. */
  | { readonly kind: 'answer'; readonly status: number; readonly bytes: number; readonly phases: Phases }
  /** No answer, or not a whole one. */
  | { readonly kind: 'error'; readonly what: string }
  /** The load was stopped before there was an answer: that says nothing about the server. */
  | { readonly kind: 'stopped' };

/** A request that is over. Times are nanoseconds from the start of the load. */
export interface Done {
  readonly exchange: Exchange;
  /** From when its latency counts: when it was due, or if that was not said, when it was sent. */
  readonly startNs: number;
  readonly sentNs: number;
  readonly endNs: number;
}

/** Whether it succeeded: a status from 200 to 299. */
export function succeeded(exchange: Exchange): boolean {
  return exchange.kind === 'answer' && exchange.status >= 200 && exchange.status < 300;
}
