// Handlers for tests of the service's program.

import { chan, type Go, go, int, panic } from 'mandel/go';
import type { Request, Response } from 'mandel/service';

/** Answers what it is asked. */
export function asked({ query, remote }: Request): Response {
  return { status: 201, headers: { 'x-remote': remote }, body: JSON.stringify(query) };
}

/** Answers over a channel, from a goroutine of its own. */
export function* doubled({ query }: Request): Go<Response> {
  const c = chan(int);
  go(double, Number(query.n), c);
  return { body: String(yield* c.recv()) };
}

export function* double(n: number, c: ReturnType<typeof chan<number>>): Go {
  yield* c.send(2 * n);
}

/** Panics. */
export function panics(): Response {
  panic('nobody knows how');
}

/** Throws when it has parked. */
export function* throws(): Go<Response> {
  const c = chan(int);
  go(double, 1, c);
  yield* c.recv();
  throw new RangeError('too far');
}

/** No handler: a goroutine cannot await. */
export async function awaits(): Promise<Response> {
  return { body: 'never' };
}
