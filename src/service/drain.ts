// The end of a service: nobody new is let in, and whoever is in is answered. After Shutdown in net/http/server.go.
//
// A connection that is kept open is idle as far as we know; but its next request may be on its way, and would be lost if we
// hung up. So idle connections are left alone for a moment, in which they may bring one more, and are then told to close.

import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { QUIET_MS } from './limits.js';

/** Milliseconds between two looks whether all have been answered. */
const LOOK_MS = 20;

/**
 * Stops listening, and resolves when all connections have ended: by themselves, or, after `ms` milliseconds, because we hang
 * up on them.
 * @param inFlight how many requests are being answered
 */
export async function drain(server: Server, inFlight: () => number, ms: number): Promise<void> {
  const until = performance.now() + ms;
  let closed = false;
  // Not Server.close of http, which hangs up on idle connections at once.
  NetServer.prototype.close.call(server, () => {
    closed = true;
  });
  const quiet = performance.now() + Math.min(ms, QUIET_MS);
  while (!closed && performance.now() < quiet) await pause();
  server.closeIdleConnections();
  while (!closed && inFlight() > 0 && performance.now() < until) await pause();
  // What is left has sent half a request, or does not take its answer.
  server.closeAllConnections();
  while (!closed && performance.now() < until) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
