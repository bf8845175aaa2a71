// Records of format v2 (Go 1.22 to 1.26), as Go numbers them: one table for all versions, because no number was ever used
// again for something else. After internal/trace/tracev2/events.go.
//
// A record is its type, one byte, and its arguments, each an unsigned base-128 number of at most ten bytes, low groups first.
// A timed record begins with `dt`, the ticks since the record before it in its batch; the table does not list it.

/** Minor versions of the headers of format v2, oldest first. Go 1.24 writes the header of 1.23. */
export const v2Versions: readonly number[] = [22, 23, 25, 26];

/** Types of records, by Go's names. */
export const wire = {
  EventBatch: 1,
  Stacks: 2,
  Stack: 3,
  Strings: 4,
  String: 5,
  CPUSamples: 6,
  CPUSample: 7,
  Frequency: 8,
  ProcsChange: 9,
  ProcStart: 10,
  ProcStop: 11,
  ProcSteal: 12,
  ProcStatus: 13,
  GoCreate: 14,
  GoCreateSyscall: 15,
  GoStart: 16,
  GoDestroy: 17,
  GoDestroySyscall: 18,
  GoStop: 19,
  GoBlock: 20,
  GoUnblock: 21,
  GoSyscallBegin: 22,
  GoSyscallEnd: 23,
  GoSyscallEndBlocked: 24,
  GoStatus: 25,
  STWBegin: 26,
  STWEnd: 27,
  GCActive: 28,
  GCBegin: 29,
  GCEnd: 30,
  GCSweepActive: 31,
  GCSweepBegin: 32,
  GCSweepEnd: 33,
  GCMarkAssistActive: 34,
  GCMarkAssistBegin: 35,
  GCMarkAssistEnd: 36,
  HeapAlloc: 37,
  HeapGoal: 38,
  GoLabel: 39,
  UserTaskBegin: 40,
  UserTaskEnd: 41,
  UserRegionBegin: 42,
  UserRegionEnd: 43,
  UserLog: 44,
  GoSwitch: 45,
  GoSwitchDestroy: 46,
  GoCreateBlocked: 47,
  GoStatusStack: 48,
  ExperimentalBatch: 49,
  Sync: 50,
  ClockSnapshot: 51,
  EndOfGeneration: 52,
  Span: 128,
  SpanAlloc: 129,
  SpanFree: 130,
  HeapObject: 131,
  HeapObjectAlloc: 132,
  HeapObjectFree: 133,
  GoroutineStack: 134,
  GoroutineStackAlloc: 135,
  GoroutineStackFree: 136,
} as const;

/** What a record of one type contains. */
export interface WireInfo {
  readonly name: string;
  /** Minor version of the first header whose files may have it. */
  readonly min: number;
  /** True for events of a thread, whose first argument is `dt`; false for batches and records of tables. */
  readonly timed: boolean;
  /** True if its last argument is the stack of where it happened. `args` does not list it. */
  readonly stack: boolean;
  /**
   * Names of the arguments, which say what they are: `g` and `new_g` a goroutine, `p` a P, `m` a thread, `new_stack` a
   * stack of one frame (the function of a new goroutine), what ends in `_string` a string; all others are plain numbers.
   */
  readonly args: readonly string[];
  /** True for events of the experiment AllocFree. */
  readonly isExperimental: boolean;
}

/** Lines of the table: name, first header, what it is (e event, s event with a stack, t table, x experimental), arguments. */
const lines: readonly (readonly [type: number, name: string, min: number, is: 'e' | 's' | 't' | 'x', args: string])[] =
  [
    [1, 'EventBatch', 22, 't', 'gen m time size'],
    [2, 'Stacks', 22, 't', ''],
    [3, 'Stack', 22, 't', 'id nframes'],
    [4, 'Strings', 22, 't', ''],
    [5, 'String', 22, 't', 'id'],
    [6, 'CPUSamples', 22, 't', ''],
    [7, 'CPUSample', 22, 't', 'time m p g stack'],
    [8, 'Frequency', 22, 't', 'freq'],
    [9, 'ProcsChange', 22, 's', 'procs_value'],
    [10, 'ProcStart', 22, 'e', 'p p_seq'],
    [11, 'ProcStop', 22, 'e', ''],
    [12, 'ProcSteal', 22, 'e', 'p p_seq m'],
    [13, 'ProcStatus', 22, 'e', 'p pstatus'],
    [14, 'GoCreate', 22, 's', 'new_g new_stack'],
    [15, 'GoCreateSyscall', 22, 'e', 'new_g'],
    [16, 'GoStart', 22, 'e', 'g g_seq'],
    [17, 'GoDestroy', 22, 'e', ''],
    [18, 'GoDestroySyscall', 22, 'e', ''],
    [19, 'GoStop', 22, 's', 'reason_string'],
    [20, 'GoBlock', 22, 's', 'reason_string'],
    [21, 'GoUnblock', 22, 's', 'g g_seq'],
    [22, 'GoSyscallBegin', 22, 's', 'p_seq'],
    [23, 'GoSyscallEnd', 22, 'e', ''],
    [24, 'GoSyscallEndBlocked', 22, 'e', ''],
    [25, 'GoStatus', 22, 'e', 'g m gstatus'],
    [26, 'STWBegin', 22, 's', 'kind_string'],
    [27, 'STWEnd', 22, 'e', ''],
    [28, 'GCActive', 22, 'e', 'gc_seq'],
    [29, 'GCBegin', 22, 's', 'gc_seq'],
    [30, 'GCEnd', 22, 'e', 'gc_seq'],
    [31, 'GCSweepActive', 22, 'e', 'p'],
    [32, 'GCSweepBegin', 22, 's', ''],
    [33, 'GCSweepEnd', 22, 'e', 'swept_value reclaimed_value'],
    [34, 'GCMarkAssistActive', 22, 'e', 'g'],
    [35, 'GCMarkAssistBegin', 22, 's', ''],
    [36, 'GCMarkAssistEnd', 22, 'e', ''],
    [37, 'HeapAlloc', 22, 'e', 'heapalloc_value'],
    [38, 'HeapGoal', 22, 'e', 'heapgoal_value'],
    [39, 'GoLabel', 22, 'e', 'label_string'],
    [40, 'UserTaskBegin', 22, 's', 'task parent_task name_string'],
    [41, 'UserTaskEnd', 22, 's', 'task'],
    [42, 'UserRegionBegin', 22, 's', 'task name_string'],
    [43, 'UserRegionEnd', 22, 's', 'task name_string'],
    [44, 'UserLog', 22, 's', 'task key_string value_string'],
    [45, 'GoSwitch', 23, 'e', 'g g_seq'],
    [46, 'GoSwitchDestroy', 23, 'e', 'g g_seq'],
    [47, 'GoCreateBlocked', 23, 's', 'new_g new_stack'],
    [48, 'GoStatusStack', 23, 's', 'g m gstatus'],
    [49, 'ExperimentalBatch', 23, 't', 'exp gen m time'],
    [50, 'Sync', 25, 't', ''],
    [51, 'ClockSnapshot', 25, 'e', 'mono sec nsec'],
    [52, 'EndOfGeneration', 26, 't', ''],
    [128, 'Span', 23, 'x', 'id npages_value kindclass'],
    [129, 'SpanAlloc', 23, 'x', 'id npages_value kindclass'],
    [130, 'SpanFree', 23, 'x', 'id'],
    [131, 'HeapObject', 23, 'x', 'id type'],
    [132, 'HeapObjectAlloc', 23, 'x', 'id type'],
    [133, 'HeapObjectFree', 23, 'x', 'id'],
    [134, 'GoroutineStack', 23, 'x', 'id order'],
    [135, 'GoroutineStackAlloc', 23, 'x', 'id order'],
    [136, 'GoroutineStackFree', 23, 'x', 'id'],
  ];

/** By type of record; there is none where a number stands for no record. */
export const wireInfo: readonly (WireInfo | undefined)[] = (() => {
  const infos = new Array<WireInfo | undefined>(256).fill(undefined);
  for (const [type, name, min, is, args] of lines) {
    infos[type] = {
      name,
      min,
      timed: is !== 't',
      stack: is === 's',
      args: args === '' ? [] : args.split(' '),
      isExperimental: is === 'x',
    };
  }
  return infos;
})();

/** Name of a type of record, for messages. */
export function wireName(type: number): string {
  return wireInfo[type]?.name ?? `Invalid(${type})`;
}

/** States of goroutines that events show, after Go's GoState. */
export const goState = { Undetermined: 0, NotExist: 1, Runnable: 2, Running: 3, Waiting: 4, Syscall: 5 } as const;
/** States of Ps that events show, after Go's ProcState. To a reader a P in a system call is running. */
export const procState = { Undetermined: 0, NotExist: 1, Running: 2, Idle: 3 } as const;

/** Type of a Sync event in the rows: the first event of each generation, and the last event of the trace. */
export const SYNC = 255;

/** Kinds of events, as Go's reader shows them. */
export const kinds = [
  'Bad',
  'Sync',
  'Metric',
  'Label',
  'StackSample',
  'RangeBegin',
  'RangeActive',
  'RangeEnd',
  'TaskBegin',
  'TaskEnd',
  'RegionBegin',
  'RegionEnd',
  'Log',
  'StateTransition',
  'Experimental',
] as const;
/** A kind of event. */
export type Kind = (typeof kinds)[number];

const otherKinds: { readonly [type: number]: Kind } = {
  [SYNC]: 'Sync',
  [wire.CPUSample]: 'StackSample',
  [wire.ProcsChange]: 'Metric',
  [wire.HeapAlloc]: 'Metric',
  [wire.HeapGoal]: 'Metric',
  [wire.GoLabel]: 'Label',
  [wire.STWBegin]: 'RangeBegin',
  [wire.STWEnd]: 'RangeEnd',
  [wire.GCActive]: 'RangeActive',
  [wire.GCBegin]: 'RangeBegin',
  [wire.GCEnd]: 'RangeEnd',
  [wire.GCSweepActive]: 'RangeActive',
  [wire.GCSweepBegin]: 'RangeBegin',
  [wire.GCSweepEnd]: 'RangeEnd',
  [wire.GCMarkAssistActive]: 'RangeActive',
  [wire.GCMarkAssistBegin]: 'RangeBegin',
  [wire.GCMarkAssistEnd]: 'RangeEnd',
  [wire.UserTaskBegin]: 'TaskBegin',
  [wire.UserTaskEnd]: 'TaskEnd',
  [wire.UserRegionBegin]: 'RegionBegin',
  [wire.UserRegionEnd]: 'RegionEnd',
  [wire.UserLog]: 'Log',
};

/** Kind of each type of event in the rows: index in `kinds`, 0 for types that are no events. */
export const kindOf = Uint8Array.from({ length: 256 }, (_, type) => {
  const info = wireInfo[type];
  const kind = otherKinds[type] ?? (info?.isExperimental ? 'Experimental' : 'StateTransition');
  return type !== SYNC && type !== wire.CPUSample && (!info?.timed || type === wire.ClockSnapshot)
    ? 0
    : kinds.indexOf(kind);
});
