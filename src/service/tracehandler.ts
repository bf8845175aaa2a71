// The handler `traceFor`: traces the run while other requests are served. After Trace in net/http/pprof/pprof.go.

import { type Go, millisecond, now, second, sleep, trace } from '../go/index.js';
import type { Query, Request, Response } from './handler.js';

/** The query. */
export interface TraceQuery extends Query {
  /** Duration of the trace. */
  readonly seconds: number;
  /** The file to write. The caller reads and removes it. */
  readonly path: string;
}

/** Longest sleep between two checks whether the client has gone. */
const POLL = 100 * millisecond;

/**
 * Traces for `seconds`, or until the client has gone. The body is the path of the complete file; on an error, the status is 500
 * and the body is the reason, one line.
 */
export function* traceFor(r: Request): Go<Response> {
  const { seconds, path } = r.query as TraceQuery;
  try {
    yield* trace.start(path);
  } catch (error) {
    return { status: 500, body: `Could not enable tracing: ${(error as Error).message}\n` };
  }
  const end = now() + seconds * second;
  for (let left = end - now(); left > 0 && !r.gone; left = end - now()) yield* sleep(Math.min(left, POLL));
  try {
    yield* trace.stop();
  } catch (error) {
    return { status: 500, body: `Could not write the trace: ${(error as Error).message}\n` };
  }
  return { body: path };
}
