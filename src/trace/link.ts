// The links between what goroutines do: created -> started -> blocked -> woken -> started; and what is known of each
// goroutine. After postProcessTrace in internal/trace/parser.go. The events have been checked: all is legal.

import type { Columns } from './columns.js';
import { ev } from './event.js';
import type { GoTable } from './gotable.js';
import { fakeP, type Goroutines } from './model.js';

/** Links the events of the goroutines, moves those to fake Ps that no P did, and returns the goroutines. */
export function linkGoroutines(events: Columns, gos: GoTable): Goroutines {
  const { type, p, g, stack, args, link, length } = events;
  const goroutines = {
    length: gos.length,
    id: gos.id.subarray(0, gos.length),
    created: new Int32Array(gos.length).fill(-1),
    creator: new Uint32Array(gos.length),
    entry: new Uint32Array(gos.length),
    started: new Int32Array(gos.length).fill(-1),
    ended: new Int32Array(gos.length).fill(-1),
  };
  const { created, creator, entry, started, ended } = goroutines;
  // By goroutine: the event that waits for its next start or wake-up, and the start that waits for its end.
  const pending = new Int32Array(gos.length).fill(-1);
  const running = new Int32Array(gos.length).fill(-1);

  for (let i = 0; i < length; i++) {
    const who = g[i]!;
    switch (type[i]) {
      case ev.GoCreate: {
        const made = args[0][i]!;
        created[made] = i;
        creator[made] = who;
        entry[made] = args[1][i]!;
        pending[made] = i;
        break;
      }
      case ev.GoStart:
      case ev.GoStartLabel:
        if (started[who]! < 0) {
          started[who] = i;
          stack[i] = entry[who]!;
        }
        if (pending[who]! >= 0) link[pending[who]!] = i;
        pending[who] = -1;
        running[who] = i;
        break;
      case ev.GoEnd:
      case ev.GoStop:
        link[running[who]!] = i;
        ended[who] = i;
        break;
      case ev.GoSysBlock:
        link[running[who]!] = i;
        break;
      case ev.GoSched:
      case ev.GoPreempt:
      case ev.GoSleep:
      case ev.GoBlock:
      case ev.GoBlockSend:
      case ev.GoBlockRecv:
      case ev.GoBlockSelect:
      case ev.GoBlockSync:
      case ev.GoBlockCond:
      case ev.GoBlockNet:
      case ev.GoBlockGC:
        link[running[who]!] = i;
        pending[who] = i;
        break;
      case ev.GoWaiting:
      case ev.GoInSyscall:
      case ev.GoSysCall:
        pending[who] = i;
        break;
      case ev.GoUnblock: {
        const woken = args[0][i]!;
        const block = pending[woken]!;
        if (block >= 0) {
          link[block] = i;
          if (type[block] === ev.GoBlockNet && p[i] !== fakeP.timers) p[i] = fakeP.netpoll;
        }
        pending[woken] = i;
        break;
      }
      case ev.GoSysExit:
        if (pending[who]! >= 0 && type[pending[who]!] === ev.GoSysCall) link[pending[who]!] = i;
        pending[who] = i;
        break;
      case ev.GCStart:
        p[i] = fakeP.gc;
        break;
    }
  }
  return goroutines;
}
