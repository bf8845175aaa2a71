// The counters of Go's timeline: goroutines by state, the heap, and threads. After the counters of traceContext in
// cmd/trace/trace.go.

import { activities, EXECUTION, RUNNABLE, STAYS, turnsArg, turnsTo } from '../analysis/activity.js';
import { isSystem } from '../analysis/goroutines.js';
import { ev } from '../event.js';
import { entryName, type Trace } from '../model.js';

/** The values that a counter has from an event on. */
export interface Sample {
  readonly name: 'Goroutines' | 'Heap' | 'Threads';
  readonly values: Readonly<Record<string, number>>;
}

const WAITS_FOR_GC = activities.indexOf('gc');
const unchanged: readonly Sample[] = [];

export class Counters {
  readonly #trace: Trace;
  /** By goroutine: what it does, and whether it is in a system call that is counted. */
  readonly #doing: Uint8Array;
  readonly #calling: Uint8Array;
  /** Goroutines by activity. */
  readonly #count = new Float64Array(activities.length);
  #heap = 0;
  #goal = 0;
  #procs = 0;
  #calls = 0;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#doing = new Uint8Array(trace.goroutines.length);
    this.#calling = new Uint8Array(trace.goroutines.length);
  }

  /** The counters that event `e` changes. Events must come in order, each once. */
  after(e: number): readonly Sample[] {
    const { type, g, args } = this.#trace.events;
    const t = type[e]!;
    switch (t) {
      case ev.ProcStart:
      case ev.ProcStop:
        this.#procs += t === ev.ProcStart ? 1 : -1;
        return [this.#threads()];
      case ev.HeapAlloc:
        if (this.#heap === args[0][e]!) return unchanged;
        this.#heap = args[0][e]!;
        return [this.#memory()];
      case ev.HeapGoal:
        if (this.#goal === args[0][e]!) return unchanged;
        this.#goal = args[0][e]!;
        return [this.#memory()];
    }
    const to = turnsTo[t]!;
    if (to === STAYS) return unchanged;
    const subject = turnsArg[t] === 1 ? args[0][e]! : g[e]!;
    if (subject === 0) return unchanged;
    this.#count[this.#doing[subject]!]!--;
    this.#count[to]!++;
    this.#doing[subject] = to;
    return this.#call(t, subject) ? [this.#threads(), this.#goroutines()] : [this.#goroutines()];
  }

  /** @returns true if that changed the number of user goroutines in system calls. */
  #call(type: number, g: number): boolean {
    if (type === ev.GoSysExit) {
      if (this.#calling[g] === 0) return false;
      this.#calling[g] = 0;
      this.#calls--;
      return true;
    }
    if ((type !== ev.GoSysBlock && type !== ev.GoInSyscall) || isSystem(entryName(this.#trace, g))) return false;
    this.#calling[g] = 1;
    this.#calls++;
    return true;
  }

  #threads(): Sample {
    return { name: 'Threads', values: { Running: this.#procs, InSyscall: this.#calls } };
  }

  #memory(): Sample {
    return { name: 'Heap', values: { Allocated: this.#heap, NextGC: Math.max(0, this.#goal - this.#heap) } };
  }

  #goroutines(): Sample {
    const count = this.#count;
    return {
      name: 'Goroutines',
      values: { Running: count[EXECUTION]!, Runnable: count[RUNNABLE]!, GCWaiting: count[WAITS_FOR_GC]! },
    };
  }
}
