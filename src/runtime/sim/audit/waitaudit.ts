// The audit of wait queues: first come, first served. Of the goroutines that wait to send to a channel, or to receive from it, the first
// is taken, and a new one is queued last. One that waits in a select may leave from anywhere, when another case of it fires.
//
// A queue is found by its sudogs: those that are linked by SG.NEXT are one queue (sched/waitq.ts).

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
  /** Its ticket: grows from one wait to the next. */
  readonly ticket: number;
  /** SG.CASE: not 0 if it waits in a select. */
  readonly case: number;
}
type Queue = readonly Waiter[];

export class WaitAudit {
  /** The ticket of each goroutine's last wait, by G number. */
  readonly #tickets: number[] = [];
  #lastTicket = 0;
  /** The queues at the last check. */
  #before: readonly Queue[] = [];

  /** `gp` has begun to wait. */
  begin(gp: GAddr): void {
    this.#tickets[gIndex(gp)] = ++this.#lastTicket;
  }

  /** Checks all queues of channels. @returns what is wrong */
  check(): string | undefined {
    const queues = this.#queues();
    let wrong: string | undefined;
    for (const queue of queues) wrong ??= checkOrder(queue);
    for (const queue of this.#before) wrong ??= this.#checkTaken(queue);
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
      if (reason === wait.chanReceive || reason === wait.chanSend) this.#addQueue(ownSudog(gp), queues);
      if (reason !== wait.select) continue;
      for (
        let sg = i32[field(cold, COLD.WAITON)] as number as SudogAddr | 0;
        sg !== 0;
        sg = i32[field(sg, SG.WAITLINK)]!
      )
        this.#addQueue(sg, queues);
    }
    return queues;
  }

  /** Adds the queue that begins with this sudog, if one does. */
  #addQueue(first: SudogAddr, queues: Queue[]): void {
    if (i32[field(first, SG.PREV)] !== 0) return;
    const queue: Waiter[] = [];
    for (let sg: SudogAddr | 0 = first; sg !== 0; sg = i32[field(sg, SG.NEXT)]!) {
      const gp = i32[field(sg, SG.G)] as GAddr;
      queue.push({ sg, gp, ticket: this.#tickets[gIndex(gp)] ?? 0, case: i32[field(sg, SG.CASE)]! });
    }
    queues.push(queue);
  }

  /** Whether a goroutine of this queue was taken before one that was in front of it and still waits. */
  #checkTaken(queue: Queue): string | undefined {
    let first: Waiter | undefined;
    for (const one of queue) {
      if (this.#stillWaits(one)) first ??= one;
      else if (first !== undefined && takenHere(one)) {
        return `${waiter(one)} was taken before ${waiter(first)}, which began to wait on channel ${on(first)} before it`;
      }
    }
    return undefined;
  }

  #stillWaits({ gp, ticket }: Waiter): boolean {
    return i32[field(gp, G.STATUS)] === gStatus.waiting && this.#tickets[gIndex(gp)] === ticket;
  }
}

/** Whether a goroutine is queued behind one that began to wait after it. */
function checkOrder(queue: Queue): string | undefined {
  for (let k = 1; k < queue.length; k++) {
    const [one, next] = [queue[k - 1]!, queue[k]!];
    if (one.ticket > next.ticket)
      return `${waiter(next)} began to wait on channel ${on(one)} before ${waiter(one)}, and is queued behind it`;
  }
  return undefined;
}

/** True if this case has woken it: a select may have been woken by another one of its cases. */
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
