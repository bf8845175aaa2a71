// Draining a service: no more connections are accepted, and every request is answered. After Shutdown in net/http/server.go.
//
// Two things could lose a request that a client has sent. The system accepts connections before Node does, and closes those
// that are still in its queue when Node stops listening: so we stop after an event-loop turn in which none has arrived. And a
// connection that is idle for us may already carry its next request: so idle connections stay open for a while (QUIET_MS), in
// which they may bring one more request, and are closed with its answer.

import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { QUIET_MS } from './limits.js';

/** Milliseconds between two checks whether all requests have been answered. */
const POLL_MS = 20;
/** Event-loop turns in which we wait for one without a new connection. */
const TURNS = 100;

export interface DrainOptions {
  /** Number of requests that are being answered. */
  readonly inFlight: () => number;
  /** Milliseconds after which the remaining connections are closed. */
  readonly ms: number;
  /** Is called when no more connections are accepted: from then on, connections are to be closed after their answers. */
  readonly onClosed: () => void;
}

/** Stops listening, and resolves when all connections have ended: by themselves, or because they are closed after `ms`. */
export async function drain(server: Server, { inFlight, ms, onClosed }: DrainOptions): Promise<void> {
  const until = performance.now() + ms;
  await quietTurn(server);
  let closed = false;
  // Not Server.close of http, which closes idle connections at once.
  NetServer.prototype.close.call(server, () => {
    closed = true;
  });
  onClosed();
  const quiet = performance.now() + Math.min(ms, QUIET_MS);
  while (!closed && performance.now() < quiet) await pause();
  server.closeIdleConnections();
  while (!closed && inFlight() > 0 && performance.now() < until) await pause();
  // The clients of the remaining connections have sent half a request, or do not take their answers.
  server.closeAllConnections();
  while (!closed && performance.now() < until) await pause();
}

/** Resolves after an event-loop turn without a new connection. In each turn, Node accepts all connections that have arrived. */
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
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
