// The CPU profile of one thread, by V8's sampling profiler.
//
// Unlike Go, whose signal comes for every 10 ms of processor time, V8 looks at each thread every 2 ms of real time: at
// one that sleeps, or that the system keeps waiting, as well. Therefore the processor time of the thread is noted besides,
// where the system tells it, and profile/cpu.ts makes the looks add up to it.

import { readFileSync } from 'node:fs';
import type { Profiler, Session } from 'node:inspector';
import { answer } from './inspector.js';
import type { CpuPart, ScriptFunctions } from './part.js';
import type { Recorder } from './recorder.js';

/** Microseconds between two looks. */
const INTERVAL_US = 2000;

export class CpuRecorder implements Recorder {
  readonly #p: number;
  readonly #session: Session;
  /** Processor time of this thread when it began. */
  readonly #began: number | undefined;

  /** Begins to look at this thread, which is that of P number `p`. */
  constructor(p: number, session: Session) {
    this.#p = p;
    this.#session = session;
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    session.post('Profiler.start');
    this.#began = processorTime();
  }

  take(): undefined {}

  stop(): CpuPart {
    const ended = processorTime();
    const { profile } = answer<Profiler.StopReturnType>((then) => this.#session.post('Profiler.stop', then));
    // Which functions there are, without which nobody knows whose line it is where V8 has put one function into another.
    const { result } = answer<Profiler.GetBestEffortCoverageReturnType>((then) =>
      this.#session.post('Profiler.getBestEffortCoverage', then),
    );
    this.#session.post('Profiler.disable');
    const seen = new Set(profile.nodes.map((node) => node.callFrame.url));
    const scripts = result.filter(({ url }) => seen.has(url)).map(functionsOf);
    const cpuNs = ended === undefined || this.#began === undefined ? undefined : ended - this.#began;
    return { kind: 'cpu', p: this.#p, profile, scripts, ...(cpuNs !== undefined && { cpuNs }) };
  }
}

/** Nanoseconds of processor time that this thread has had; undefined where the system does not tell (it is Linux that does). */
function processorTime(): number | undefined {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]);
  } catch {
    return undefined;
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
