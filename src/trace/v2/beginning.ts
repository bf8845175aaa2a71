// The beginning of a trace of format v2: what the statuses of its first generation say, as events at time 0.

import type { Columns } from '../columns.js';
import { ev } from '../event.js';
import { gStatus } from './world.js';

/** A goroutine that is there at the beginning. */
interface Found {
  readonly g: number;
  /** One of `gStatus`. */
  readonly status: number;
  /** Thread and P if it runs, or is in a system call with its P; else p is -1. */
  readonly m: number;
  readonly p: number;
  readonly stack: number;
  /** Time of the status, which is later than what it says. */
  readonly saidNs: number;
}

/** A range that was open at the beginning: the event that begins it. */
interface Open {
  readonly type: number;
  readonly p: number;
  readonly g: number;
  readonly arg: number;
}

/** What was there at the beginning. */
export class Beginning {
  readonly #goroutines: Found[] = [];
  readonly #procs: { readonly p: number; readonly m: number }[] = [];
  readonly #ranges: Open[] = [];

  addGoroutine(found: Found): void {
    this.#goroutines.push(found);
  }

  /** Adds a P that runs or is in a system call, on this thread. */
  addProc(p: number, m: number): void {
    this.#procs.push({ p, m });
  }

  addRange(open: Open): void {
    this.#ranges.push(open);
  }

  /** Adds the events: all goroutines are created, those that wait begin to wait, Ps start, and goroutines start on them. */
  write(events: Columns): void {
    for (const { g } of this.#goroutines) events.setArgs(events.add(ev.GoCreate, 0, 0, -1, 0, 0), g);
    for (const { g, status, p, stack, saidNs } of this.#goroutines) {
      if (status === gStatus.Waiting) events.add(ev.GoWaiting, 0, 0, -1, g, stack);
      else if (status === gStatus.Syscall && p < 0) {
        events.setArgs(events.add(ev.GoInSyscall, 0, 0, -1, g, stack), saidArg(saidNs));
      }
    }
    for (const { p, m } of this.#procs) events.setArgs(events.add(ev.ProcStart, 0, m, p, 0, 0), m);
    for (const { g, status, m, p, stack, saidNs } of this.#goroutines) {
      if (p < 0) continue;
      events.add(ev.GoStart, 0, m, p, g, 0);
      if (status === gStatus.Syscall) events.setArgs(events.add(ev.GoSysCall, 0, m, p, g, stack), saidArg(saidNs));
    }
    for (const { type, p, g, arg } of this.#ranges) events.setArgs(events.add(type, 0, 0, p, g, 0), arg);
  }
}

/** The time of a status as the argument of an event: a first generation of more than four seconds is rare. */
function saidArg(saidNs: number): number {
  return Math.max(0, Math.min(saidNs, 0xffffffff));
}
