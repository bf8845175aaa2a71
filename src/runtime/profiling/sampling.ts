// CPU and heap profiles of one thread, by the sampling profilers of V8. The thread asks its own V8 for them through the
// inspector, which answers the thread that asks before it returns.
//
// Unlike Go, whose SIGPROF arrives after every 10 ms of processor time, V8 samples each thread every 2 ms of real time: also a
// thread that sleeps, or that waits for a core. So the processor time of the thread is recorded as well, where the system tells
// it, and profile/cpu.ts scales the samples to it.
//
// Unlike Go, whose heap profile has both, V8 counts either what has been allocated or what of it is still alive.

import { readFileSync } from 'node:fs';
import type { HeapProfiler, Profiler, Session } from 'node:inspector';
import { type CpuPart, type HeapPart, MEM_PROFILE_RATE, type Recorder, type ScriptFunctions } from './part.js';

/** Microseconds between two samples of a thread: a fifth of Go's 10 ms. */
const INTERVAL_US = 2000;

export class CpuRecorder implements Recorder {
  readonly #p: number;
  readonly #session: Session;
  /** Processor time of this thread when the profile began, in nanoseconds. */
  readonly #began: number | undefined;

  /** Begins to sample this thread, which is the one of P number `p`. */
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
    // Where the functions of each script are: where V8 has inlined a function, this tells which function a line belongs to.
    const { result } = answer<Profiler.GetBestEffortCoverageReturnType>((then) =>
      this.#session.post('Profiler.getBestEffortCoverage', then),
    );
    this.#session.post('Profiler.disable');
    const sampled = new Set(profile.nodes.map((node) => node.callFrame.url));
    const scripts = result.filter(({ url }) => sampled.has(url)).map(functionsOf);
    const cpuNs = ended === undefined || this.#began === undefined ? undefined : ended - this.#began;
    return { kind: 'cpu', p: this.#p, profile, scripts, ...(cpuNs !== undefined && { cpuNs }) };
  }
}

/** Nanoseconds of processor time that this thread has used; undefined where the system does not tell (only Linux does). */
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

export class HeapRecorder implements Recorder {
  readonly #p: number;
  readonly #session: Session;
  readonly #kind: HeapPart['kind'];

  /** Begins to sample what this thread allocates, which is the one of P number `p`. */
  constructor(p: number, session: Session, kind: HeapPart['kind']) {
    this.#p = p;
    this.#session = session;
    this.#kind = kind;
    session.post('HeapProfiler.enable');
    const includeDead = kind === 'allocs';
    session.post('HeapProfiler.startSampling', {
      samplingInterval: MEM_PROFILE_RATE,
      includeObjectsCollectedByMajorGC: includeDead,
      includeObjectsCollectedByMinorGC: includeDead,
    } as HeapProfiler.StartSamplingParameterType);
  }

  take(): HeapPart {
    return this.#part('HeapProfiler.getSamplingProfile');
  }

  stop(): HeapPart {
    const part = this.#part('HeapProfiler.stopSampling');
    this.#session.post('HeapProfiler.disable');
    return part;
  }

  #part(method: string): HeapPart {
    const { profile } = answer<HeapProfiler.GetSamplingProfileReturnType>((then) =>
      this.#session.post(method, undefined, then as (error: Error | null, result?: object) => void),
    );
    return { kind: this.#kind, p: this.#p, profile };
  }
}

/** The answer of this thread's own inspector, which calls back before it returns. @throws Error if the inspector refuses */
function answer<T>(ask: (then: (error: Error | null, result?: T) => void) => void): T {
  let result: T | undefined;
  let why: Error | null = null;
  ask((error, answered) => {
    why = error;
    result = answered;
  });
  if (result === undefined) throw why ?? new Error('inspector: expected an answer at once, got none');
  return result;
}
