// What Node's side of a service and its goroutines say to each other: a request as one string, and the head of a reply.
// Both are JSON.

import type { Go } from '../go/index.js';
import type { Word } from '../go/types.js';

/** Status of a request whose client has gone, as nginx counts them: nobody sees it but the log and the metrics. */
export const CLIENT_GONE = 499;

/** A request, as Node's side hands it to the program. All of it has been checked there. */
export interface Call {
  /** Which handler is to serve it: a function that one of the program's modules exports. */
  readonly handler: string;
  /** What it is asked, in terms of the handler. */
  readonly query: Query;
  /** The client's address, for the log: `127.0.0.1:54321`. */
  readonly remote?: string;
}

/** What a handler is asked. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The head of a reply: what goes before the body. */
export interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request, as a handler sees it: Go's http.Request, much reduced. */
export interface Request {
  readonly query: Query;
  readonly remote: string;
  /** True once the client has gone away. To be looked at now and then in long work. */
  readonly gone: boolean;
  /** Address of the shared word that says so, for newImg. */
  readonly goneAt: Word;
}

/** What a handler answers. */
export interface Response {
  /** 200 by default. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Serves a request, in a goroutine: Go's http.HandlerFunc. What it throws becomes a 500. */
export type Handler = (r: Request) => Go<Response> | Response;
