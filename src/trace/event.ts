// Event types of execution traces, as format v1 (Go 1.7 to 1.21) numbers them: one table for the writer, the reader, the
// checks, the analyses and the text dump. After the constants at the top of runtime/trace.go and EventDescriptions in
// internal/trace/parser.go.
//
// A record of format v1, with n arguments, of which an event's time delta is the first:
//
//   1 byte          type in the low 6 bits, min(n, 4) - 1 in the high 2 bits
//   if n >= 4       length of the arguments in bytes
//   n arguments     each, like the length, an unsigned base-128 number, low groups first

/** Event types, by name. */
export const ev = {
  Batch: 1,
  Frequency: 2,
  Stack: 3,
  Gomaxprocs: 4,
  ProcStart: 5,
  ProcStop: 6,
  GCStart: 7,
  GCDone: 8,
  STWStart: 9,
  STWDone: 10,
  SweepStart: 11,
  SweepDone: 12,
  GoCreate: 13,
  GoStart: 14,
  GoEnd: 15,
  GoStop: 16,
  GoSched: 17,
  GoPreempt: 18,
  GoSleep: 19,
  GoBlock: 20,
  GoUnblock: 21,
  GoBlockSend: 22,
  GoBlockRecv: 23,
  GoBlockSelect: 24,
  GoBlockSync: 25,
  GoBlockCond: 26,
  GoBlockNet: 27,
  GoSysCall: 28,
  GoSysExit: 29,
  GoSysBlock: 30,
  GoWaiting: 31,
  GoInSyscall: 32,
  HeapAlloc: 33,
  HeapGoal: 34,
  TimerGoroutine: 35,
  FutileWakeup: 36,
  String: 37,
  GoStartLocal: 38,
  GoUnblockLocal: 39,
  GoSysExitLocal: 40,
  GoStartLabel: 41,
  GoBlockGC: 42,
  MarkAssistStart: 43,
  MarkAssistDone: 44,
  UserTaskCreate: 45,
  UserTaskEnd: 46,
  UserRegion: 47,
  UserLog: 48,
  CPUSample: 49,
  // Events of the model that only format v2 has; no record of format v1 has these numbers.
  /** A goroutine is made that waits: the body of a coroutine. */
  GoCreateBlocked: 50,
  /** A thread of C calls into Go: a goroutine appears in a system call. */
  GoCreateSyscall: 51,
  /** Such a thread is done with Go: its goroutine disappears out of the call. */
  GoDestroySyscall: 52,
  /** A system call that kept its P returns. */
  GoSyscallEnd: 53,
} as const;
/** Number of an event type. */
export type EventType = (typeof ev)[keyof typeof ev];

/** Types of events with which the running goroutine begins to wait for something, and leaves its P. */
export const waits: readonly number[] = [
  ev.GoSleep,
  ev.GoBlock,
  ev.GoBlockSend,
  ev.GoBlockRecv,
  ev.GoBlockSelect,
  ev.GoBlockSync,
  ev.GoBlockCond,
  ev.GoBlockNet,
  ev.GoBlockGC,
];
/** Types of events that have a reason in format v2: a goroutine waits, waits for ever, yields, or is preempted. */
export const withReason: readonly number[] = [ev.GoStop, ev.GoSched, ev.GoPreempt, ...waits];
/** Types of events with which the running goroutine leaves its P, for any reason. */
export const leaves: readonly number[] = [ev.GoEnd, ev.GoSysBlock, ...withReason];

/** What a record of an event type contains. */
export interface EventInfo {
  readonly name: string;
  /** Minor version of the first header that allows it: 7 is `go 1.7 trace`. */
  readonly min: number;
  /** True for events, whose first argument is the time since the record before; false for records of tables. */
  readonly timed: boolean;
  /** True if its last argument is the id of a stack. */
  readonly stack: boolean;
  /** Names of the arguments between these two. */
  readonly args: readonly string[];
}

const timed = (name: string, min: number, ...args: string[]): EventInfo => ({
  name,
  min,
  timed: true,
  stack: false,
  args,
});
const stacked = (name: string, min: number, ...args: string[]): EventInfo => ({
  name,
  min,
  timed: true,
  stack: true,
  args,
});
const table = (name: string, min: number, ...args: string[]): EventInfo => ({
  name,
  min,
  timed: false,
  stack: false,
  args,
});

/** By event type; there is no type 0. */
export const eventInfo: readonly (EventInfo | undefined)[] = [
  undefined,
  table('Batch', 5, 'p', 'ticks'),
  table('Frequency', 5, 'freq'),
  table('Stack', 5, 'id', 'siz'),
  stacked('Gomaxprocs', 5, 'procs'),
  timed('ProcStart', 5, 'thread'),
  timed('ProcStop', 5),
  stacked('GCStart', 5, 'seq'),
  timed('GCDone', 5),
  timed('STWStart', 5, 'kind'), // without the argument before 1.10
  timed('STWDone', 5),
  stacked('SweepStart', 5),
  timed('SweepDone', 5, 'swept', 'reclaimed'), // without the arguments before 1.9
  stacked('GoCreate', 5, 'g', 'entry'),
  timed('GoStart', 5, 'g', 'seq'),
  timed('GoEnd', 5),
  stacked('GoStop', 5),
  stacked('GoSched', 5),
  stacked('GoPreempt', 5),
  stacked('GoSleep', 5),
  stacked('GoBlock', 5),
  stacked('GoUnblock', 5, 'g', 'seq'),
  stacked('GoBlockSend', 5),
  stacked('GoBlockRecv', 5),
  stacked('GoBlockSelect', 5),
  stacked('GoBlockSync', 5),
  stacked('GoBlockCond', 5),
  stacked('GoBlockNet', 5),
  stacked('GoSysCall', 5),
  timed('GoSysExit', 5, 'g', 'seq', 'ts'),
  timed('GoSysBlock', 5),
  timed('GoWaiting', 5, 'g'),
  timed('GoInSyscall', 5, 'g'),
  timed('HeapAlloc', 5, 'mem'),
  timed('HeapGoal', 5, 'mem'),
  table('TimerGoroutine', 5, 'g'),
  timed('FutileWakeup', 5),
  table('String', 7, 'id', 'len'),
  timed('GoStartLocal', 7, 'g'),
  stacked('GoUnblockLocal', 7, 'g'),
  timed('GoSysExitLocal', 7, 'g', 'ts'),
  timed('GoStartLabel', 8, 'g', 'seq', 'label'),
  stacked('GoBlockGC', 8),
  stacked('MarkAssistStart', 9),
  timed('MarkAssistDone', 9),
  stacked('UserTaskCreate', 11, 'taskid', 'pid', 'typeid'),
  stacked('UserTaskEnd', 11, 'taskid'),
  stacked('UserRegion', 11, 'taskid', 'mode', 'typeid'),
  stacked('UserLog', 11, 'id', 'keyid'),
  stacked('CPUSample', 19, 'ts', 'p', 'g'),
];

/** Types of events that create the goroutine in their argument. */
export const creations: readonly number[] = [ev.GoCreate, ev.GoCreateBlocked, ev.GoCreateSyscall];

/** Names of the arguments of events in the model (argOf in model.ts), by type; types that are not listed have none. */
export const argNames: { readonly [type: number]: readonly string[] } = {
  [ev.Gomaxprocs]: ['procs'],
  [ev.ProcStart]: ['thread'],
  [ev.GCStart]: ['seq'],
  [ev.STWStart]: ['kind'],
  [ev.SweepDone]: ['swept', 'reclaimed'],
  [ev.GoCreate]: ['g'],
  [ev.GoCreateBlocked]: ['g'],
  [ev.GoCreateSyscall]: ['g'],
  [ev.GoUnblock]: ['g'],
  [ev.GoStartLabel]: ['labelid'],
  [ev.HeapAlloc]: ['mem'],
  [ev.HeapGoal]: ['mem'],
  [ev.UserTaskCreate]: ['taskid', 'pid', 'typeid'],
  [ev.UserTaskEnd]: ['taskid'],
  [ev.UserRegion]: ['taskid', 'mode', 'typeid'],
  [ev.UserLog]: ['id', 'keyid', 'message'],
  ...Object.fromEntries(withReason.map((type) => [type, ['reason']])),
};

/** Types whose arguments do not fit into one number of 32 bits: they are in the table `numbers` of the events. */
export const wideArgs: readonly number[] = [
  ev.GCStart,
  ev.SweepDone,
  ev.HeapAlloc,
  ev.HeapGoal,
  ev.UserTaskCreate,
  ev.UserTaskEnd,
  ev.UserRegion,
  ev.UserLog,
];
/** By event type: 1 if it is one of `wideArgs`. */
export const isWide = Uint8Array.from({ length: 64 }, (_, type) => (wideArgs.includes(type) ? 1 : 0));

/** Name of an event type, as format v1 has it. */
export function eventName(type: number): string {
  return eventInfo[type]?.name ?? names.get(type) ?? '';
}

const names = new Map<number, string>(Object.entries(ev).map(([name, type]) => [type, name]));
