// Wake-ups for nothing, which traces of Go 1.7 and 1.8 mark: a goroutine woke for a mutex or a channel, found it taken
// and blocked again. They would look like two waits where there was one, so the whole chain (woken, started, blocked) is
// left out. After removeFutile in internal/trace/parser.go.

import type { Columns } from './columns.js';
import { ev } from './event.js';

/** @returns the events to keep, or undefined if all are */
export function withoutFutile(events: Columns, goroutines: number): Int32Array | undefined {
  const { type, g, args, length } = events;
  if (!type.subarray(0, length).includes(ev.FutileWakeup)) return undefined;

  const isFutile = new Uint8Array(length); // by event
  const marked = new Uint8Array(goroutines); // by goroutine: its wake-up is for nothing
  // The events of each goroutine's wake-up as a list: the last one, and for each event the one before.
  const last = new Int32Array(goroutines).fill(-1);
  const before = new Int32Array(length).fill(-1);
  const add = (of: number, i: number) => {
    before[i] = last[of]!;
    last[of] = i;
  };
  let kept = length;
  const drop = (i: number) => {
    isFutile[i] = 1;
    kept--;
  };
  for (let i = 0; i < length; i++) {
    const who = g[i]!;
    switch (type[i]) {
      case ev.GoUnblock:
        last[args[0][i]!] = -1;
        add(args[0][i]!, i);
        break;
      case ev.FutileWakeup:
        marked[who] = 1;
        add(who, i);
        break;
      case ev.GoStart:
      case ev.GoPreempt:
        add(who, i);
        break;
      case ev.GoBlock:
      case ev.GoBlockSend:
      case ev.GoBlockRecv:
      case ev.GoBlockSelect:
      case ev.GoBlockSync:
      case ev.GoBlockCond:
        if (marked[who] === 1) {
          drop(i);
          for (let k = last[who]!; k >= 0; k = before[k]!) drop(k);
        }
        marked[who] = 0;
        last[who] = -1;
        break;
    }
  }
  const order = new Int32Array(kept);
  let n = 0;
  for (let i = 0; i < length; i++) if (isFutile[i] === 0) order[n++] = i;
  return order;
}
