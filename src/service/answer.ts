// Answers: a request becomes a goroutine, once there is a place for it, and what the goroutine says becomes the answer.

import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { Gone, Refused } from './admission.js';
import { type Call, CLIENT_GONE, type Head } from './handler.js';
import { CALL_BYTES, UNSENT_BYTES } from './limits.js';
import { printable } from './log.js';
import type { Parts } from './parts.js';
import { BadQuery, queryOf } from './query.js';
import type { Route } from './route.js';

/** Answers with one line of text. */
export function line(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').type('text/plain; charset=utf-8').send(`${text}\n`);
}

/** The client's address, as Go has it: `127.0.0.1:54321`. */
export function remoteOf({ socket }: FastifyRequest): string {
  const { remoteAddress = '-', remotePort = 0 } = socket;
  return `${remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`;
}

/** Calls `act` once an answer is complete, or its client has gone before that. */
export function onClose(raw: FastifyReply['raw'], act: (complete: boolean) => void): void {
  let complete = false;
  raw.once('finish', () => {
    complete = true;
  });
  raw.once('close', () => act(complete));
}

/** A signal that is aborted when the client goes away before its answer is complete. */
export function untilGone({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  onClose(raw, (complete) => {
    if (!complete) controller.abort();
  });
  if (raw.destroyed) controller.abort();
  return controller.signal;
}

/** Bytes of answers that are on their way. */
export interface Unsent {
  bytes: number;
}

/** What answers a route. */
export function answering(route: Route, { dial, admission, name, log }: Parts, unsent: Unsent): RouteHandlerMethod {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      const { query, work } = route.read(queryOf(request.url));
      const ask = JSON.stringify({ handler: route.handler, query, remote: remoteOf(request) } satisfies Call);
      if (Buffer.byteLength(ask) > CALL_BYTES) {
        return line(reply, 414, `expected a query of at most ${CALL_BYTES} bytes`);
      }
      // Its answer has no body, and nobody should have to paint what nobody will see.
      if (request.method === 'HEAD' && route.type !== undefined) {
        return reply
          .headers(route.headers ?? {})
          .type(route.type)
          .send();
      }
      if (unsent.bytes > UNSENT_BYTES) throw new Refused('busy: too many clients are slow to take their answers', 0);
      const signal = untilGone(reply);
      const place = await admission.enter(work, signal);
      let finished = false;
      try {
        const answer = await dial(ask, signal);
        // The goroutine has done its part: a client who is slow to take the answer holds nothing of it.
        answer.done();
        const { status, headers } = JSON.parse(answer.head) as Head;
        finished = status === 200;
        reply.headers(finished ? (route.headers ?? {}) : { 'cache-control': 'no-store' });
        return reply.code(status).type('text/plain; charset=utf-8').headers(headers).send(answer.body);
      } finally {
        place.leave(finished);
      }
    } catch (error) {
      if (error instanceof BadQuery) return line(reply, 400, error.message);
      if (error instanceof Refused) {
        return line(reply.header('retry-after', String(error.retryAfter)), 503, error.message);
      }
      if (error instanceof Gone || reply.raw.destroyed) return line(reply, CLIENT_GONE, 'the client has gone');
      log(`${name}: ${printable(request.url)}: ${(error as Error).message}`);
      return line(reply, 500, 'internal error');
    }
  };
}
