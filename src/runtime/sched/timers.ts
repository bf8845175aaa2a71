// The timers of a P: a heap of sleeping goroutines, and of the channels of timers for which goroutines of this P wait. After
// the type timers in runtime/time.go.
//
// Only the thread of the P touches it. What a timer of a channel is stands in shared memory (go/timerchan.ts); here is
// when this P looks at it next. One entry per channel serves all goroutines of the P that wait for it, and goes with the last.
//
// Unlike Go, no other P takes timers over: a goroutine that computes for a second without a scheduling point delays
// those of its P by as much. So each P on which a goroutine waits for a channel has an entry of its own; what one P is too
// late for, another does.

import { type Entry, MinHeap } from '../../lib/minheap.js';
import type { ChanAddr } from '../memory/address.js';
import { H } from '../memory/layout.js';
import { add } from '../memory/word.js';

/** Nanoseconds since the start of the run: the latest time that Go knows (2^63-1), in 292 years. No timer is due later. */
export const MAX_WHEN = 2 ** 63;

/** What timers of channels do. Both take the channel's lock. */
export interface ChanTimers {
  /** Ticks if the timer of the channel at `c` is due. @returns when to look at it again; Infinity: not before something changes */
  run(c: ChanAddr, now: number): number;
  /** When to look at it next. */
  when(c: ChanAddr): number;
}

interface Sleeper {
  readonly fire: () => void;
}

interface Waited {
  readonly c: ChanAddr;
  readonly timers: ChanTimers;
  /** Goroutines of this P that have begun to wait for the channel, and have not resumed since. */
  waiters: number;
}

/** How many goroutines of this thread wait for channels of timers: while it is 0, nothing is to be done when one resumes. */
export let blocked = 0;

/** Forgets the goroutines of an earlier run. */
export function resetTimers(): void {
  blocked = 0;
}

export class Timers {
  readonly #heap = new MinHeap<Sleeper | Waited>();
  readonly #channels = new Map<ChanAddr, Entry<Sleeper | Waited>>();

  get size(): number {
    return this.#heap.size;
  }

  /** When the first is due; Infinity if none will be. */
  get minKey(): number {
    return this.#heap.minKey;
  }

  /** Calls `fire` at `at`. Counts in H.NTIMERS until then. */
  start(at: number, fire: () => void): void {
    add(H.NTIMERS, 1);
    this.#heap.push(Math.min(at, MAX_WHEN), { fire });
  }

  /** One more goroutine of this P waits for the channel at `c`, whose timer is to be looked at at `when`. */
  block(c: ChanAddr, when: number, timers: ChanTimers): void {
    blocked++;
    const entry = this.#channels.get(c);
    if (entry === undefined) {
      this.#channels.set(c, this.#heap.push(when, { c, timers, waiters: 1 }));
      return;
    }
    (entry.item as Waited).waiters++;
    if (entry.key !== when) this.#heap.change(entry, when);
  }

  /** One that waited for the channel at `c` has resumed. False if it is no channel of a timer. */
  unblock(c: ChanAddr): boolean {
    const entry = this.#channels.get(c);
    if (entry === undefined) return false;
    blocked--;
    if (--(entry.item as Waited).waiters === 0) {
      this.#channels.delete(c);
      this.#heap.remove(entry);
    }
    return true;
  }

  /** Fires the first, which is due. There must be one. What it wakes is queued by us, so a run never seems to be deadlocked. */
  fire(now: number): void {
    const item = this.#heap.first!;
    if ('fire' in item) {
      this.#heap.pop();
      add(H.NTIMERS, -1);
      item.fire();
    } else {
      const when = item.timers.run(item.c, now);
      this.#heap.change(this.#channels.get(item.c)!, when);
    }
  }

  /** Looks again at when the timers of channels are due: one of them has been stopped or reset. */
  adjust(): void {
    for (const entry of this.#channels.values()) {
      const { c, timers } = entry.item as Waited;
      this.#heap.change(entry, timers.when(c));
    }
  }
}
