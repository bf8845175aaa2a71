// Answers: a request gets a goroutine as soon as there is a place for it, and the goroutine's reply becomes the answer.

import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { Gone, Refused } from './admission.js';
import { type Call, CLIENT_GONE, type Head } from './handler.js';
import { CALL_BYTES, UNSENT_BYTES } from './limits.js';
import { printable } from './log.js';
import type { Parts, Route } from './parts.js';
import { BadQuery, queryOf } from './query.js';

/** Answers with one line of text. */
export function line(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').type('text/plain; charset=utf-8').send(`${text}\n`);
}

/** The client's address, as Go formats it: `127.0.0.1:54321`. */
export function remoteOf({ socket }: FastifyRequest): string {
  const { remoteAddress = '-', remotePort = 0 } = socket;
  return `${remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`;
}

/** Calls `act` when the answer is complete, or its client goes away before that. */
export function onClose(raw: FastifyReply['raw'], act: (complete: boolean) => void): void {
  let complete = false;
  raw.once('finish', () => {
    complete = true;
  });
  raw.once('close', () => act(complete));
}

/** A signal that is aborted if the client goes away before its answer is complete. */
export function untilGone({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  onClose(raw, (complete) => {
    if (!complete) controller.abort();
  });
  if (raw.destroyed) controller.abort();
  return controller.signal;
}

/** Bytes of answers that clients have not taken yet. */
export interface Unsent {
  bytes: number;
}

/** The handler of a route, for Fastify. */
export function answering(route: Route, parts: Parts, unsent: Unsent): RouteHandlerMethod {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      return await answer(route, parts, unsent, request, reply);
    } catch (error) {
      return answerError(error, parts, request, reply);
    }
  };
}

/** @throws BadQuery; Refused; Gone; or the error of a dial */
async function answer(
  route: Route,
  { dial, admission }: Parts,
  unsent: Unsent,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { query, work } = route.read(queryOf(request.url));
  const call = JSON.stringify({ handler: route.handler, query, remote: remoteOf(request) } satisfies Call);
  if (Buffer.byteLength(call) > CALL_BYTES) return line(reply, 414, `expected a query of at most ${CALL_BYTES} bytes`);
  const headers = route.headers ?? {};
  // The answer to HEAD has no body, so the picture need not be painted.
  if (request.method === 'HEAD' && route.type !== undefined) return reply.headers(headers).type(route.type).send();
  if (unsent.bytes > UNSENT_BYTES) throw new Refused('busy: too many clients are slow to take their answers', 0);
  const signal = untilGone(reply);
  const place = await admission.enter(work, signal);
  let finished = false;
  try {
    const answer = await dial(call, signal);
    answer.done(); // the goroutine may end: a client that reads slowly does not occupy it
    const head = JSON.parse(answer.head) as Head;
    finished = head.status === 200;
    reply.headers(finished ? headers : { 'cache-control': 'no-store' });
    return reply.code(head.status).type('text/plain; charset=utf-8').headers(head.headers).send(answer.body);
  } finally {
    place.release(finished);
  }
}

function answerError(error: unknown, { name, log }: Parts, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof BadQuery) return line(reply, 400, error.message);
  if (error instanceof Refused) {
    return line(reply.header('retry-after', String(error.retryAfter)), 503, error.message);
  }
  if (error instanceof Gone || reply.raw.destroyed) return line(reply, CLIENT_GONE, 'the client has gone');
  log(`${name}: ${printable(request.url)}: ${(error as Error).message}`);
  return line(reply, 500, 'internal error');
}
