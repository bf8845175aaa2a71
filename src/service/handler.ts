// The protocol between a service's app on Node's main thread and its goroutines: a request as one string, and the head of a reply,
// both as JSON; and what a handler gets and returns.

import type { Go } from '../go/index.js';
import type { Word } from '../go/types.js';

/** Status of a request whose client has gone, after nginx: only the log and the metrics show it. */
export const CLIENT_GONE = 499;

/** A request, as the app passes it to the program. The app has checked all of it. */
export interface Call {
  /** Name of its handler: a function that one of the program's modules exports. */
  readonly handler: string;
  /** The query, in the handler's terms. */
  readonly query: Query;
  /** The client's address, for the log: `127.0.0.1:54321`. */
  readonly remote?: string;
}

/** The query of a request. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The head of a reply, which precedes the body. */
export interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request, as a handler sees it: Go's http.Request, much reduced. */
export interface Request {
  readonly query: Query;
  readonly remote: string;
  /** True once the client has gone away. Long work should read it now and then. */
  readonly gone: boolean;
  /** Address of the shared word behind `gone`, for newImg. */
  readonly goneAt: Word;
}

/** A handler's answer. */
export interface Response {
  /** 200 by default. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Serves a request, in a goroutine: Go's http.HandlerFunc. What it throws becomes a 500. */
export type Handler = (r: Request) => Go<Response> | Response;
