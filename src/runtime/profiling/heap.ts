// The heap profile of one thread, by V8's sampling heap profiler.
//
// Unlike Go, whose one profile has both, V8 counts either what has been allocated or what of it is still alive.

import type { HeapProfiler, Session } from 'node:inspector';
import { answer } from './inspector.js';
import { type HeapPart, MEM_PROFILE_RATE } from './part.js';
import type { Recorder } from './recorder.js';

export class HeapRecorder implements Recorder {
  readonly #p: number;
  readonly #session: Session;
  readonly #kind: HeapPart['kind'];

  /** Begins to look at what this thread allocates, which is that of P number `p`. */
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
