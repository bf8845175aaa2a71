// Counters of Go's timeline: goroutines by state, the heap, and threads, as they change with each event. After the counters
// of traceContext in cmd/trace/trace.go.

import { Activities, activities, CALLING, EXECUTION, RUNNABLE } from '../analysis/activity.js';
import { isSystem } from '../analysis/goroutines.js';
import { ev } from '../event.js';
import { argOf, entryName, type Trace } from '../model.js';

/** The values of a counter after an event. */
export interface CounterValues {
  readonly name: 'Goroutines' | 'Heap' | 'Threads';
  readonly values: Readonly<Record<string, number>>;
}

const WAITS_FOR_GC = activities.indexOf('gc');
/** Types of events after which a goroutine is in a system call without a P, and with which it leaves such a call. */
const isInCall: readonly number[] = [ev.GoSysBlock, ev.GoInSyscall, ev.GoCreateSyscall];
const leavesCall: readonly number[] = [ev.GoSysExit, ev.GoDestroySyscall];
const unchanged: readonly CounterValues[] = [];

/** The counters while the events of a trace are visited in order. */
export class Counters {
  readonly #trace: Trace;
  readonly #doing: Activities;
  /** By goroutine: 1 if it is in a system call that is counted. */
  readonly #calling: Uint8Array;
  /** Number of goroutines, by activity. */
  readonly #count = new Float64Array(activities.length);
  /** Bytes: the heap, and its size at which the next collection begins. */
  #heap = 0;
  #goal = 0;
  /** Number of started Ps, and of goroutines in a system call that is counted. */
  #procs = 0;
  #calls = 0;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#doing = new Activities(trace);
    this.#calling = new Uint8Array(trace.goroutines.length);
  }

  /** Applies event `e`, the next one. @returns the counters that it changes */
  after(e: number): readonly CounterValues[] {
    const { events } = this.#trace;
    const t = events.type[e]!;
    switch (t) {
      case ev.ProcStart:
      case ev.ProcStop:
        this.#procs += t === ev.ProcStart ? 1 : -1;
        return [this.#threads()];
      case ev.HeapAlloc:
        if (this.#heap === argOf(events, e)) return unchanged;
        this.#heap = argOf(events, e);
        return [this.#memory()];
      case ev.HeapGoal:
        if (this.#goal === argOf(events, e)) return unchanged;
        this.#goal = argOf(events, e);
        return [this.#memory()];
    }
    if (!this.#doing.step(e)) return unchanged;
    const { g, from, to } = this.#doing;
    this.#count[from]!--;
    this.#count[to]!++;
    return this.#call(t, g) ? [this.#threads(), this.#goroutines()] : [this.#goroutines()];
  }

  /** Counts a user goroutine that is in a system call without a P, or no longer. @returns true if the number changed */
  #call(type: number, g: number): boolean {
    if (leavesCall.includes(type)) {
      if (this.#calling[g] === 0) return false;
      this.#calling[g] = 0;
      this.#calls--;
      return true;
    }
    if (!isInCall.includes(type) || isSystem(entryName(this.#trace, g))) return false;
    this.#calling[g] = 1;
    this.#calls++;
    return true;
  }

  #threads(): CounterValues {
    return { name: 'Threads', values: { Running: this.#procs, InSyscall: this.#calls } };
  }

  #memory(): CounterValues {
    return { name: 'Heap', values: { Allocated: this.#heap, NextGC: Math.max(0, this.#goal - this.#heap) } };
  }

  #goroutines(): CounterValues {
    const count = this.#count;
    return {
      name: 'Goroutines',
      values: {
        Running: count[EXECUTION]! + count[CALLING]!,
        Runnable: count[RUNNABLE]!,
        GCWaiting: count[WAITS_FOR_GC]!,
      },
    };
  }
}
