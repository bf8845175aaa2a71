// Traces by hand whose critical path is known: lines of eventtrace.ts, and the pieces.

export interface KnownPath {
  readonly is: string;
  /** Of the format: see eventTrace. */
  readonly version?: number;
  readonly events: string;
  /** `from-to body kind P`, a line a piece. */
  readonly path: string;
}

export const knownPaths: readonly KnownPath[] = [
  {
    is: 'one goroutine',
    events: `
      0   P0 -    GoCreate main
      10  P0 main GoStart
      100 P0 main GoEnd`,
    path: `
      0-10 main wake-up P0
      10-100 main execution P0`,
  },
  {
    is: 'a goroutine on another P, which wakes main: what main did meanwhile is off the path',
    events: `
      0   P0 -    GoCreate main
      10  P0 main GoStart
      20  P0 main GoCreate a
      30  P0 main GoBlockRecv
      40  P1 a    GoStart
      90  P1 a    GoUnblock main
      95  P0 main GoStart
      100 P1 a    GoEnd
      120 P0 main GoEnd`,
    path: `
      0-10 main wake-up P0
      10-20 main execution P0
      20-40 a wake-up P1
      40-90 a execution P1
      90-95 main wake-up P0
      95-120 main execution P0`,
  },
  {
    is: 'the same on one P: each waits for the P, not for its waker',
    events: `
      0   P0 -    GoCreate main
      10  P0 main GoStart
      20  P0 main GoCreate a
      30  P0 main GoBlockRecv
      32  P0 a    GoStart
      60  P0 a    GoUnblock main
      80  P0 a    GoEnd
      85  P0 main GoStart
      100 P0 main GoEnd`,
    path: `
      0-10 main wake-up P0
      10-30 main execution P0
      30-32 a scheduling P0
      32-80 a execution P0
      80-85 main scheduling P0
      85-100 main execution P0`,
  },
  {
    is: 'two workers, of which the slow one is on the path, and none of the fast one',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate slow
      12  P0 main GoCreate fast
      15  P1 slow GoStart
      18  P2 fast GoStart
      20  P0 main GoBlockSync
      50  P2 fast GoEnd
      90  P1 slow GoUnblock main
      91  P1 slow GoEnd
      94  P0 main GoStart
      99  P0 main GoEnd`,
    path: `
      0-10 main execution P0
      10-15 slow wake-up P1
      15-90 slow execution P1
      90-94 main wake-up P0
      94-99 main execution P0`,
  },
  {
    is: 'a yield after which nothing else runs',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      40  P0 main GoSched
      45  P0 main GoStart
      60  P0 main GoEnd`,
    path: `
      0-40 main execution P0
      40-45 main scheduling P0
      45-60 main execution P0`,
  },
  {
    is: 'a preemption by another goroutine, which is on the path then',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      40  P0 main GoPreempt
      41  P0 a    GoStart
      70  P0 a    GoEnd
      72  P0 main GoStart
      80  P0 main GoEnd`,
    path: `
      0-40 main execution P0
      40-41 a scheduling P0
      41-70 a execution P0
      70-72 main scheduling P0
      72-80 main execution P0`,
  },
  {
    is: 'a goroutine that was preempted on one P and starts on another one that was busy for longer',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      5   P0 main GoCreate a
      8   P1 a    GoStart
      30  P0 main GoPreempt
      50  P1 a    GoEnd
      55  P1 main GoStart
      70  P1 main GoEnd`,
    path: `
      0-5 main execution P0
      5-8 a wake-up P1
      8-50 a execution P1
      50-55 main scheduling P1
      55-70 main execution P1`,
  },
  {
    is: 'a sleep',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      20  P0 main GoSleep
      70  P0 -    GoUnblock main
      75  P0 main GoStart
      90  P0 main GoEnd`,
    path: `
      0-20 main execution P0
      20-70 main sleep
      70-75 main wake-up P0
      75-90 main execution P0`,
  },
  {
    is: 'a sleep that ends while another goroutine runs, in whose name the timer fires',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      20  P0 main GoSleep
      25  P0 a    GoStart
      70  P0 a    GoUnblock main
      75  P1 main GoStart
      80  P0 a    GoEnd
      90  P1 main GoEnd`,
    path: `
      0-20 main execution P0
      20-70 main sleep
      70-75 main wake-up P1
      75-90 main execution P1`,
  },
  {
    is: 'a timer that fires as soon as its P is free: it was due before',
    events: `
      0     P0 -    GoCreate main
      0     P0 main GoStart
      10    P0 main GoCreate a
      20    P0 main GoSleep
      25    P0 a    GoStart
      90000 P0 a    GoBlockRecv
      95000 P0 -    GoUnblock main
      95010 P0 main GoStart
      96000 P0 main GoEnd`,
    path: `
      0-20 main execution P0
      20-25 a scheduling P0
      25-90000 a execution P0
      90000-95000 main scheduling P0
      95000-95010 main wake-up P0
      95010-96000 main execution P0`,
  },
  {
    is: 'a timer that fires on a P that was idle',
    events: `
      0     P0 -    GoCreate main
      0     P0 main GoStart
      10    P0 main GoCreate a
      20    P0 main GoSleep
      25    P0 a    GoStart
      30000 P0 a    GoBlockRecv
      95000 P0 -    GoUnblock main
      95010 P0 main GoStart
      96000 P0 main GoEnd`,
    path: `
      0-20 main execution P0
      20-95000 main sleep
      95000-95010 main wake-up P0
      95010-96000 main execution P0`,
  },
  {
    is: 'a goroutine of the runtime that the scheduler wakes: what it did before is not why',
    version: 26,
    events: `
      0     P0 -    GoCreate main
      0     P0 -    GoCreate runtime.gcBgMarkWorker
      0     P1 runtime.gcBgMarkWorker GoStart
      5     P1 runtime.gcBgMarkWorker GoBlock
      5     P0 main GoStart
      60    P0 main GoSched
      70    P0 -    GoUnblock runtime.gcBgMarkWorker
      71    P0 runtime.gcBgMarkWorker GoStart
      90    P0 runtime.gcBgMarkWorker GoBlock
      95    P0 main GoStart
      99    P0 main GoEnd`,
    path: `
      0-5 main wake-up P0
      5-60 main execution P0
      60-70 runtime.gcBgMarkWorker unknown P0
      70-71 runtime.gcBgMarkWorker wake-up P0
      71-90 runtime.gcBgMarkWorker execution P0
      90-95 main scheduling P0
      95-99 main execution P0`,
  },
  {
    is: 'a wait for the network, ended on no P, and a P that is busy then',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      20  P0 main GoBlockNet
      25  P0 a    GoStart
      50  -  -    GoUnblock main
      60  P0 a    GoEnd
      61  P0 main GoStart
      65  P0 main GoBlockNet
      75  -  -    GoUnblock main
      80  P0 main GoStart
      85  P0 main GoEnd`,
    path: `
      0-20 main execution P0
      20-25 a scheduling P0
      25-60 a execution P0
      60-61 main scheduling P0
      61-65 main execution P0
      65-75 main network
      75-80 main wake-up P0
      80-85 main execution P0`,
  },
  {
    is: 'a connection that another goroutine closes',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      20  P0 main GoBlockNet
      25  P1 a    GoStart
      50  P1 a    GoUnblock main
      55  P0 main GoStart
      60  P0 main GoEnd`,
    path: `
      0-10 main execution P0
      10-25 a wake-up P1
      25-50 a execution P1
      50-55 main wake-up P0
      55-60 main execution P0`,
  },
  {
    is: 'a system call that loses its P, in format v1',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoSysCall
      30  P0 main GoSysBlock
      80  P0 main GoSysExit
      85  P0 main GoStart
      99  P0 main GoEnd`,
    path: `
      0-30 main execution P0
      30-80 main syscall
      80-85 main wake-up P0
      85-99 main execution P0`,
  },
  {
    is: 'system calls in format v2: one keeps its P, and one loses it to a goroutine',
    version: 26,
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoSysCall
      30  P0 main GoSyscallEnd
      35  P0 main GoCreate a
      40  P0 main GoSysCall
      50  P0 main GoSysBlock
      52  P0 a    GoStart
      60  -  main GoSysExit
      70  P0 a    GoEnd
      72  P0 main GoStart
      80  P0 main GoEnd`,
    path: `
      0-10 main execution P0
      10-30 main syscall P0
      30-40 main execution P0
      40-50 main syscall P0
      50-52 a scheduling P0
      52-70 a execution P0
      70-72 main scheduling P0
      72-80 main execution P0`,
  },
  {
    is: 'a waker that is in a system call with its P, in format v2',
    version: 26,
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      20  P0 main GoBlockRecv
      25  P1 a    GoStart
      30  P1 a    GoSysCall
      50  P1 a    GoUnblock main
      55  P0 main GoStart
      60  P0 main GoEnd`,
    path: `
      0-10 main execution P0
      10-25 a wake-up P1
      25-30 a execution P1
      30-50 a syscall P1
      50-55 main wake-up P0
      55-60 main execution P0`,
  },
  {
    is: 'goroutines that still run when main ends, and the tear-down',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      15  P1 a    GoStart
      50  P0 main GoEnd
      90  P1 a    GoEnd`,
    path: `
      0-50 main execution P0
      50-90 - after`,
  },
  {
    is: 'main waits at the end: the goroutine with the last event is the end, and not one that just runs',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      12  P0 main GoCreate b
      15  P1 a    GoStart
      18  P2 b    GoStart
      20  P0 main GoBlockRecv
      60  P1 a    GoCreate c`,
    path: `
      0-10 main execution P0
      10-15 a wake-up P1
      15-60 a execution P1`,
  },
  {
    is: 'all goroutines wait at the end',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      10  P0 main GoCreate a
      20  P0 main GoBlockRecv
      25  P0 a    GoStart
      40  P0 a    GoBlockRecv
      60  P0 -    HeapAlloc`,
    path: `
      0-20 main execution P0
      20-25 a scheduling P0
      25-40 a execution P0
      40-60 - after`,
  },
  {
    is: 'a wait since before the trace, which no goroutine ends',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoWaiting
      40  -  -    GoUnblock main
      45  P0 main GoStart
      60  P0 main GoEnd`,
    path: `
      0-40 main before
      40-45 main wake-up P0
      45-60 main execution P0`,
  },
  {
    is: 'a goroutine that the scheduler makes for a timer: the P did something else before',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      20  P0 main GoBlockRecv
      50  P0 -    GoCreate a
      52  P0 a    GoStart
      60  P0 a    GoUnblock main
      65  P1 main GoStart
      70  P1 main GoEnd`,
    path: `
      0-20 main execution P0
      20-50 a unknown P0
      50-52 a wake-up P0
      52-60 a execution P0
      60-65 main wake-up P1
      65-70 main execution P1`,
  },
  {
    is: 'a goroutine of a thread of C, which is there before anything else',
    version: 26,
    events: `
      0   P0 -    GoCreate other
      30  -  -    GoCreateSyscall main
      40  -  main GoSysExit
      45  P0 main GoStart
      60  P0 main GoSysCall
      65  P0 main GoSysBlock
      70  -  main GoDestroySyscall`,
    path: `
      0-30 - before
      30-40 main syscall
      40-45 main wake-up P0
      45-60 main execution P0
      60-65 main syscall P0
      65-70 - after`,
  },
  {
    is: 'a wait for the collector, which ends it in the name of no goroutine',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      20  P0 main GoBlockGC
      70  P0 -    GoUnblock main
      75  P0 main GoStart
      90  P0 main GoEnd`,
    path: `
      0-20 main execution P0
      20-70 main gc
      70-75 main wake-up P0
      75-90 main execution P0`,
  },
  {
    is: 'a convoy for a lock: all holders are on the path',
    events: `
      0   P0 -    GoCreate main
      0   P0 main GoStart
      5   P0 main GoCreate a
      6   P0 main GoCreate b
      8   P1 a    GoStart
      9   P2 b    GoStart
      10  P0 main GoBlockSync
      12  P2 b    GoBlockSync
      40  P1 a    GoUnblock b
      43  P2 b    GoStart
      60  P1 a    GoEnd
      70  P2 b    GoUnblock main
      72  P0 main GoStart
      80  P0 main GoEnd`,
    path: `
      0-5 main execution P0
      5-8 a wake-up P1
      8-40 a execution P1
      40-43 b wake-up P2
      43-70 b execution P2
      70-72 main wake-up P0
      72-80 main execution P0`,
  },
];
