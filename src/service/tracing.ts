// The handler that traces the run while others are served. After Trace in net/http/pprof/pprof.go.

import { type Go, millisecond, now, second, sleep, trace } from '../go/index.js';
import type { Query, Request, Response } from './handler.js';

/** What is asked of the handler. */
export interface TraceQuery extends Query {
  /** How long. */
  readonly seconds: number;
  /** The file to write, which the caller reads and removes. */
  readonly path: string;
}

/** How often it looks whether the client is still there. */
const LOOK = 100 * millisecond;

/**
 * Traces for so many seconds, or until the client is gone. The body is the path, of a file that is whole; the status is 500
 * and the body says why in one line if that could not be.
 */
export function* traceFor(r: Request): Go<Response> {
  const { seconds, path } = r.query as TraceQuery;
  try {
    yield* trace.start(path);
  } catch (error) {
    return { status: 500, body: `Could not enable tracing: ${(error as Error).message}\n` };
  }
  const end = now() + seconds * second;
  for (let left = end - now(); left > 0 && !r.gone; left = end - now()) yield* sleep(Math.min(left, LOOK));
  try {
    yield* trace.stop();
  } catch (error) {
    return { status: 500, body: `Could not write the trace: ${(error as Error).message}\n` };
  }
  return { body: path };
}
