// First come, first served: of the goroutines that wait on a channel, for the same end of it, the first is taken, and a new
// one comes last. One that waits in a select may leave from anywhere, because another case of it has fired.
//
// A queue is found by its sudogs: it is what hangs together by SG.NEXT (waitq.ts).

import { field, type GAddr, type SudogAddr } from '../../memory/address.js';
import { COLD, G, gStatus, H, SG } from '../../memory/layout.js';
import { gAddress, gColdAddress, gIndex, i32 } from '../../memory/memory.js';
import { goidOf } from '../../sched/g.js';
import { wait } from '../../sched/reason.js';
import { ownSudog } from '../../sched/waitq.js';

/** A goroutine in a queue. */
interface Waiter {
  readonly sg: SudogAddr;
  readonly gp: GAddr;
  /** How many had begun to wait before it. */
  readonly came: number;
  /** SG.CASE, which says if it waits in a select. */
  readonly case: number;
}
type Queue = readonly Waiter[];

export class WaitAudit {
  /** How many had begun to wait before each goroutine, by G number. */
  readonly #came: number[] = [];
  #coming = 0;
  #before: readonly Queue[] = [];

  /** `gp` has begun to wait. */
  begins(gp: GAddr): void {
    this.#came[gIndex(gp)] = ++this.#coming;
  }

  /** Looks at all queues of channels. @returns what is wrong */
  check(): string | undefined {
    const queues = this.#queues();
    let wrong: string | undefined;
    for (const queue of queues) wrong ??= this.#outOfOrder(queue);
    for (const queue of this.#before) wrong ??= this.#overtaken(queue);
    this.#before = queues;
    return wrong;
  }

  #queues(): Queue[] {
    const queues: Queue[] = [];
    for (let k = Math.min(i32[H.GNEXT]!, i32[H.GMAX]!) - 1; k >= 0; k--) {
      const gp = gAddress(k);
      if (i32[field(gp, G.STATUS)] !== gStatus.waiting) continue;
      const cold = gColdAddress(gp);
      const reason = i32[field(cold, COLD.WAITREASON)]!;
      if (reason === wait.chanReceive || reason === wait.chanSend) this.#queueFrom(ownSudog(gp), queues);
      if (reason !== wait.select) continue;
      for (
        let sg = i32[field(cold, COLD.WAITON)] as number as SudogAddr | 0;
        sg !== 0;
        sg = i32[field(sg, SG.WAITLINK)]!
      )
        this.#queueFrom(sg, queues);
    }
    return queues;
  }

  /** The queue that begins with this sudog, if one does. */
  #queueFrom(first: SudogAddr, queues: Queue[]): void {
    if (i32[field(first, SG.PREV)] !== 0) return;
    const queue: Waiter[] = [];
    for (let sg: SudogAddr | 0 = first; sg !== 0; sg = i32[field(sg, SG.NEXT)]!) {
      const gp = i32[field(sg, SG.G)] as GAddr;
      queue.push({ sg, gp, came: this.#came[gIndex(gp)] ?? 0, case: i32[field(sg, SG.CASE)]! });
    }
    queues.push(queue);
  }

  #outOfOrder(queue: Queue): string | undefined {
    for (let k = 1; k < queue.length; k++) {
      const [one, next] = [queue[k - 1]!, queue[k]!];
      if (one.came > next.came)
        return `${waiter(next)} came before ${waiter(one)} to channel ${on(one)}, and is behind it`;
    }
    return undefined;
  }

  /** Whether somebody has been taken from behind one who is still there. */
  #overtaken(queue: Queue): string | undefined {
    let first: Waiter | undefined;
    for (const one of queue) {
      if (this.#waits(one)) first ??= one;
      else if (first !== undefined && takenHere(one)) {
        return `${waiter(one)} has been taken before ${waiter(first)}, which came to channel ${on(first)} before it`;
      }
    }
    return undefined;
  }

  #waits({ gp, came }: Waiter): boolean {
    return i32[field(gp, G.STATUS)] === gStatus.waiting && this.#came[gIndex(gp)] === came;
  }
}

/** True if it is this case that has woken it: a select that goes on may have left because of another. */
function takenHere({ gp, case: index }: Waiter): boolean {
  if (index === 0) return true;
  return i32[field(gp, G.STATUS)] === gStatus.runnable && Math.abs(i32[field(gp, G.PARAM)]!) === index;
}

function waiter({ gp }: Waiter): string {
  return `goroutine ${goidOf(gp)}`;
}

function on({ sg }: Waiter): string {
  return `0x${i32[field(sg, SG.ON)]!.toString(16)}`;
}
