// The CPU profile of one thread, by V8's sampling profiler.
//
// Unlike Go, whose signal comes for every 10 ms of processor time, V8 looks at each thread once a millisecond of real time.
// So a thread that the system keeps waiting is seen where it waits for its turn; one that sleeps is taken out later
// (profile/cpu.ts).

import type { Profiler, Session } from 'node:inspector';
import type { CpuPart, ScriptFunctions } from './part.js';

/** Microseconds between two looks. */
const INTERVAL_US = 1000;

export class CpuProfile {
  readonly #session: Session;

  /** Begins to look at this thread. */
  constructor(session: Session) {
    this.#session = session;
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    session.post('Profiler.start');
  }

  /** Ends it: what has been seen on P number `p`. */
  stop(p: number): CpuPart {
    const { profile } = answer<Profiler.StopReturnType>((then) => this.#session.post('Profiler.stop', then));
    // Which functions there are, without which nobody knows whose line it is where V8 has put one function into another.
    const { result } = answer<Profiler.GetBestEffortCoverageReturnType>((then) =>
      this.#session.post('Profiler.getBestEffortCoverage', then),
    );
    this.#session.post('Profiler.disable');
    const seen = new Set(profile.nodes.map((node) => node.callFrame.url));
    return { kind: 'cpu', p, profile, scripts: result.filter(({ url }) => seen.has(url)).map(functionsOf) };
  }
}

function functionsOf({ url, functions }: Profiler.ScriptCoverage): ScriptFunctions {
  return {
    url,
    functions: functions.flatMap(({ functionName: name, ranges: [range] }) =>
      range === undefined || name === '' ? [] : [{ name, start: range.startOffset, end: range.endOffset }],
    ),
  };
}

/** What V8's inspector answers: it does so at once to its own thread. @throws Error if it refuses */
export function answer<T>(ask: (then: (error: Error | null, result?: T) => void) => void): T {
  let got: T | undefined;
  let why: Error | null = null;
  ask((error, result) => {
    why = error;
    got = result;
  });
  if (got === undefined) throw why ?? new Error('inspector: expected an answer at once, got none');
  return got;
}
