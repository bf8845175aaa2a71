// The world as the merge knows it: states of threads, Ps and goroutines, over all generations; open ranges, regions and tasks.
// After the state types of internal/trace/order.go.

import { withRoom } from '../columns.js';
import { Numbering } from './intern.js';

/** Status of a goroutine: as in the file, 0 for one that is not there, BAD for the 0 that a file should not have. */
export const gStatus = { None: 0, Runnable: 1, Running: 2, Syscall: 3, Waiting: 4, Bad: 5 } as const;
/** Status of a P, likewise. Abandoned: in a system call, but its thread may be anywhere by now. */
export const pStatus = { None: 0, Running: 1, Idle: 2, Syscall: 3, Abandoned: 4, Bad: 5 } as const;

/** Columns by goroutine; index 0 is none. An index is for one life: an id that is used again gets another index. */
export class Goroutines extends Numbering {
  status = new Uint8Array(64);
  /** Sequence number, and the number of the generation that it counts in. */
  seq = new Float64Array(64);
  seqGen = new Float64Array(64);
  /** 1 during a mark assist. */
  assist = new Uint8Array(64);
  /** Regions that are open, innermost last: task and text alternate. Goroutines without any have no entry. */
  readonly regions = new Map<number, number[]>();
  /** Texts of the STW kinds that are open. */
  readonly stws = new Map<number, number[]>();

  /** Begins the life of goroutine `id`, and returns its index. */
  create(id: number, status: number, gen: number): number {
    const known = this.find(id);
    const g = known >= 0 && this.status[known] === gStatus.None ? known : this.add(id);
    this.status = withRoom(this.status, g);
    this.seq = withRoom(this.seq, g);
    this.seqGen = withRoom(this.seqGen, g);
    this.assist = withRoom(this.assist, g);
    this.status[g] = status;
    this.seqGen[g] = gen;
    return g;
  }

  /** The index of a goroutine that is alive, -1 if there is none with this id. */
  alive(id: number): number {
    const g = this.find(id);
    return g >= 0 && this.status[g] !== gStatus.None ? g : -1;
  }

  /** The index of a goroutine that a CPU sample names, alive or not. */
  named(id: number): number {
    const g = this.indexOf(id);
    this.status = withRoom(this.status, g);
    return g;
  }

  /** Ends the life of goroutine `g`. */
  destroy(g: number): void {
    this.status[g] = gStatus.None;
    this.regions.delete(g);
    this.stws.delete(g);
    this.retire(this.id[g]!);
  }

  /** True if `seq` is the next one of goroutine `g` in generation `gen`. */
  isNext(g: number, gen: number, seq: number): boolean {
    return this.seqGen[g] === gen && this.seq[g]! + 1 === seq;
  }
}

/** Columns by P; index 0 is none. */
export class Procs extends Numbering {
  status = new Uint8Array(64);
  seq = new Float64Array(64);
  seqGen = new Float64Array(64);
  /** 1 during a sweep. */
  sweep = new Uint8Array(64);
  /** The thread that got the P last. */
  holder = new Uint32Array(64);

  /** The index of `id`, which gets one if it has none. */
  named(id: number): number {
    const p = this.indexOf(id);
    this.status = withRoom(this.status, p);
    this.seq = withRoom(this.seq, p);
    this.seqGen = withRoom(this.seqGen, p);
    this.sweep = withRoom(this.sweep, p);
    this.holder = withRoom(this.holder, p);
    return p;
  }

  /** The index of a P that has had a status, -1 if there is none with this id. */
  alive(id: number): number {
    const p = this.find(id);
    return p >= 0 && this.status[p] !== pStatus.None ? p : -1;
  }

  /** True if `seq` is the next one of P `p` in generation `gen`. */
  isNext(p: number, gen: number, seq: number): boolean {
    return this.seqGen[p] === gen && this.seq[p]! + 1 === seq;
  }
}

/** Columns by thread; index 0 is none. */
export class Threads extends Numbering {
  /** 1 if events of it or about it have been seen. */
  known = new Uint8Array(64);
  /** The P and the goroutine that it has, 0 for none. */
  p = new Uint32Array(64);
  g = new Uint32Array(64);

  /** The index of `id`, which gets one if it has none. */
  named(id: number): number {
    const m = this.indexOf(id);
    this.known = withRoom(this.known, m);
    this.p = withRoom(this.p, m);
    this.g = withRoom(this.g, m);
    return m;
  }
}

/** A task that has begun: its name (a text) and its parent (a word). */
export interface Task {
  readonly name: number;
  readonly parent: number;
}

/** What is known of the GC: nothing, off, on. */
export const gcState = { Undetermined: 0, Off: 1, On: 2 } as const;

/** The states of everything. */
export class World {
  readonly gs = new Goroutines();
  readonly ps = new Procs();
  readonly ms = new Threads();
  /** Tasks that have begun and not ended, by their ids. */
  readonly tasks = new Map<number, Task>();
  /** Number of the last GC event, which counts over all generations. */
  gcSeq = 0;
  gc: number = gcState.Undetermined;
  /** Number of the first generation in the file. */
  initialGen = 0;
}
