// The end of a service: nobody new is let in, and whoever is in is answered. After Shutdown in net/http/server.go.
//
// Two things could lose a request that somebody has sent. The system accepts connections before we do, and hangs up on those
// that are still in its queue when we stop listening: so we stop in a moment in which none has come. And a connection that is
// kept open is idle as far as we know, but its next request may be on its way: so idle connections are left alone for a
// while, in which they may bring one more, and are told to close with its answer.

import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { QUIET_MS } from './limits.js';

/** Milliseconds between two looks whether all have been answered. */
const LOOK_MS = 20;
/** Turns of Node's loop in which we wait for a moment without a new connection. */
const TURNS = 100;

export interface DrainOptions {
  /** How many requests are being answered. */
  readonly inFlight: () => number;
  /** Milliseconds after which we hang up on whoever is left. */
  readonly ms: number;
  /** Is called when nobody can come in any more: connections are to be closed after their answers. */
  readonly onClosed: () => void;
}

/** Stops listening, and resolves when all connections have ended: by themselves, or because we hang up on them. */
export async function drain(server: Server, { inFlight, ms, onClosed }: DrainOptions): Promise<void> {
  const until = performance.now() + ms;
  await quietTurn(server);
  let over = false;
  // Not Server.close of http, which hangs up on idle connections at once.
  NetServer.prototype.close.call(server, () => {
    over = true;
  });
  onClosed();
  const quiet = performance.now() + Math.min(ms, QUIET_MS);
  while (!over && performance.now() < quiet) await pause();
  server.closeIdleConnections();
  while (!over && inFlight() > 0 && performance.now() < until) await pause();
  // What is left has sent half a request, or does not take its answer.
  server.closeAllConnections();
  while (!over && performance.now() < until) await pause();
}

/** Resolves after a turn of Node's loop, in which it accepts all connections that there are, and there were none. */
async function quietTurn(server: Server): Promise<void> {
  let came = true;
  const onConnection = () => {
    came = true;
  };
  server.on('connection', onConnection);
  for (let left = TURNS; came && left > 0; left--) {
    came = false;
    await new Promise((resolve) => setImmediate(resolve));
  }
  server.off('connection', onConnection);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
