// mandel trace -http, and -view of a run: a trace as a page for a browser.

import { end, type Runner } from '../../terminal/flags/engine.js';
import type { OpenTrace } from '../../terminal/flags/recording.js';
import { pageAddress, type ServingOptions, servePage } from '../../terminal/serving.js';
import { checkSource } from '../../trace/file.js';
import { ArrivingTrace, traceInFile, traceRoutes } from '../../viewer/server/trace.js';

/**
 * Shows the trace in `source` as a page at `address` until the process is interrupted; without one, a page that asks for it.
 * @returns the exit status
 * @throws BadUsage; Error in one line
 */
export async function serveTrace(
  source: string | undefined,
  address: string,
  options: ServingOptions,
): Promise<number> {
  const at = await pageAddress(address);
  if (source === undefined) return servePage(at, traceRoutes(undefined), options);
  const size = await checkSource(source);
  if (size !== undefined) return servePage(at, traceRoutes(traceInFile(source, size)), options);
  const trace = new ArrivingTrace(source);
  let isOver = false;
  const read = async () => {
    const fault = await trace.read();
    if (fault !== undefined && !isOver) process.stderr.write(`mandel: ${fault}\n`);
  };
  try {
    return await servePage(at, traceRoutes(trace), { ...options, onServed: () => void read() });
  } finally {
    isOver = true;
    trace.stop();
  }
}

/** Shows the trace of a run, whose threads are not needed any more, in a browser until `signal`. @throws Error in one line */
export async function viewTrace({ options }: OpenTrace, runner: Runner, signal: AbortSignal): Promise<void> {
  await end(runner, false);
  if (!signal.aborted) await serveTrace(options.trace, 'localhost:0', { open: true, signal });
}
