// Traces of format v2 that are wrong, or rare, and what our reader says of each. A table that only grows; Go 1.26 judges it too.

import { traceOfText, uint } from './tracetext.js';

export interface BadTrace {
  readonly is: string;
  readonly bytes: Uint8Array;
  /** What our reader says; undefined if the trace is good. */
  readonly says?: RegExp;
  /** What Go 1.26 does where it is another thing. */
  readonly go?: 'takes it' | 'panics';
}

const sync = {
  '22': 'Frequency freq=1000000000',
  '26': 'Sync\nFrequency freq=1000000000\nClockSnapshot dt=1 mono=5 sec=7 nsec=9',
};
const tables = `
EventBatch gen=1 m=18446744073709551615 time=0 size=?
Strings
String id=1
data="main.main"
String id=2
data="a reason"
EventBatch gen=1 m=18446744073709551615 time=0 size=?
Stacks
Stack id=1 nframes=1
pc=4096 func=1 file=2 line=3`;
const begun = 'ProcStatus dt=1 p=0 pstatus=1\nGoStatus dt=1 g=1 m=7 gstatus=2\n';

/** A generation of thread 7, which runs goroutine 1 on P 0, and then does this. */
function running(events: string, header: '22' | '26' = '26'): Uint8Array {
  return whole(`EventBatch gen=1 m=7 time=100 size=?\n${begun}${events}`, header);
}

/** A generation of these batches, its tables before them. */
function whole(batches: string, header: '22' | '26' = '26'): Uint8Array {
  const end = header === '26' ? '\nEndOfGeneration' : '';
  return traceOfText(
    `Trace Go1.${header}\nEventBatch gen=1 m=18446744073709551615 time=90 size=?\n${sync[header]}${tables}\n${batches}${end}`,
  );
}

const withBytes = (at: Uint8Array, ...bytes: readonly number[]) => Uint8Array.from([...at, ...bytes]);
const header = (text: string) => Uint8Array.from(Buffer.from(text.padEnd(16, '\0')));
const good = running('GoBlock dt=1 reason_string=2 stack=1');
const none = '18446744073709551615';
/** A C thread calls Go, which makes a system call and returns; then the P that it had is taken, and it gets it again. */
const callOfC = (seq: number) => `GoCreateSyscall dt=1 new_g=5
GoSyscallEndBlocked dt=5
GoStart dt=6 g=5 g_seq=1
GoSyscallBegin dt=7 p_seq=${seq} stack=1
GoDestroySyscall dt=8
ProcSteal dt=1 p=0 p_seq=${seq + 1} m=7
ProcStart dt=1 p=0 p_seq=${seq + 2}
`;

export const badTraces: readonly BadTrace[] = [
  // The header.
  { is: 'an empty file', bytes: new Uint8Array(), says: /^trace: the file ends within its header$/ },
  { is: 'half a header', bytes: header('go 1.26 trace').subarray(0, 9), says: /the file ends within its header$/ },
  { is: 'no trace', bytes: header('<!DOCTYPE html>'), says: /bad file format: not a Go execution trace\?$/ },
  { is: 'a newer version', bytes: header('go 1.27 trace'), says: /version go 1\.27: it is newer than Go 1\.26$/ },
  {
    is: 'version 1.24, which no Go wrote',
    bytes: header('go 1.24 trace'),
    says: /version go 1\.24: expected Go 1\.22/,
  },
  { is: 'a header alone, 1.26', bytes: header('go 1.26 trace') },
  { is: 'a header alone, 1.22', bytes: header('go 1.22 trace'), says: /no frequency event found$/ },
  // Batches.
  { is: 'a good trace', bytes: good },
  { is: 'a record outside of batches', bytes: withBytes(good, 9), says: /expected batch event, got event 9$/ },
  { is: 'a batch of 65537 bytes', bytes: withBytes(good, 1, 2, 7, 1, 0x81, 0x80, 4), says: /invalid batch size 65537/ },
  {
    is: 'a number of eleven bytes',
    bytes: withBytes(good, 1, ...new Array(10).fill(0x80), 1),
    says: /more than 64 bits$/,
  },
  { is: 'generation 0', bytes: withBytes(good, 1, 0, 7, 1, 0), says: /invalid generation number 0$/ },
  {
    is: 'half a batch',
    bytes: withBytes(good, 1, 2, 7, 1, 9, 1),
    says: /failed to read full batch: read 1 but wanted 9$/,
  },
  { is: 'half a header of a batch', bytes: withBytes(good, 1, 2), says: /error reading batch M ID: unexpected EOF$/ },
  { is: 'a lone begin of an experimental batch', bytes: withBytes(good, 49) },
  {
    is: 'no end of the generation',
    bytes: good.subarray(0, -1),
    says: /incomplete generation found; trace likely truncated$/,
  },
  {
    is: 'interleaved generations',
    bytes: withBytes(good.subarray(0, -1), 1, 2, 7, 1, 0),
    says: /generations are interleaved$/,
  },
  {
    is: 'a generation too many ahead, 1.22',
    bytes: withBytes(running('GoDestroy dt=1', '22'), 1, 3, 7, 1, 0),
    says: /generations out of order$/,
  },
  {
    is: 'a size of ten bytes, in a generation without events at the end',
    bytes: withBytes(
      good,
      1,
      2,
      ...uint(2n ** 64n - 1n),
      1,
      0x81,
      0x80,
      0x80,
      0x80,
      0x80,
      0x80,
      0x80,
      0x80,
      0x80,
      0,
      50,
    ),
  },
  { is: 'a clock without frequency', bytes: whole('').filter((_, i) => i < 26 || i > 31), says: /./ },
  // Tables.
  {
    is: 'a string id twice',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nStrings\nString id=1\ndata="x"`),
    says: /multiple strings with the same ID: id=1$/,
  },
  {
    is: 'a string id 0',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nStrings\nString id=0\ndata="x"`),
    says: /multiple strings with the same ID: id=0$/,
  },
  {
    is: 'a string of 1025 bytes',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nStrings\nString id=9\ndata="${'x'.repeat(1025)}"`),
    says: /invalid string size 1025, maximum is 1024$/,
  },
  {
    is: 'a stack id twice',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nStacks\nStack id=1 nframes=0`),
    says: /multiple stacks with the same ID: id=1$/,
  },
  {
    is: 'a stack of 129 frames',
    bytes: whole(
      `EventBatch gen=1 m=${none} time=1 size=?\nStacks\nStack id=2 nframes=129\n${'pc=1 func=1 file=1 line=1\n'.repeat(129)}`,
    ),
    says: /invalid stack size 129, maximum is 128$/,
  },
  {
    is: 'a frame without its function',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nStacks\nStack id=2 nframes=1\npc=1 func=99 file=1 line=1`),
    says: /found invalid func string ID 99 for stack 2$/,
  },
  {
    is: 'a frame without its file',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nStacks\nStack id=2 nframes=1\npc=1 func=1 file=98 line=1`),
    says: /found invalid file string ID 98 for stack 2$/,
  },
  {
    is: 'an event among strings',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nStrings\nGoDestroy dt=1`),
    says: /expected string event, got 17$/,
  },
  {
    is: 'an event among stacks',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nStacks\nGoDestroy dt=1`),
    says: /expected stack event, got 17$/,
  },
  {
    is: 'an event among samples',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nCPUSamples\nGoDestroy dt=1`),
    says: /expected CPU sample event, got 17$/,
  },
  {
    is: 'a sample of a stack that is not defined',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nCPUSamples\nCPUSample time=9 m=1 p=0 g=1 stack=77`),
    says: /found invalid stack ID 77 for event CPUSample$/,
    go: 'panics',
  },
  {
    is: 'samples of what the trace does not know',
    bytes: whole(
      `EventBatch gen=1 m=${none} time=1 size=?\nCPUSamples\nCPUSample time=9 m=1 p=${none} g=0 stack=1\nCPUSample time=5 m=2 p=3 g=44 stack=0`,
    ),
  },
  {
    is: 'two frequencies',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nSync\nFrequency freq=5`),
    says: /found multiple frequency events$/,
  },
  {
    is: 'two clocks',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nSync\nClockSnapshot dt=1 mono=1 sec=1 nsec=1`),
    says: /found multiple clock snapshot events$/,
  },
  {
    is: 'an event among clocks',
    bytes: whole(`EventBatch gen=1 m=${none} time=1 size=?\nSync\nGoDestroy dt=1`),
    says: /expected frequency or clock snapshot event, got 17$/,
  },
  {
    is: 'a frequency of 0',
    bytes: traceOfText(`Trace Go1.22\nEventBatch gen=1 m=${none} time=1 size=?\nFrequency freq=0`),
    says: /a frequency of 0$/,
    go: 'takes it',
  },
  {
    is: 'no clock',
    bytes: traceOfText(
      `Trace Go1.26\nEventBatch gen=1 m=${none} time=1 size=?\nSync\nFrequency freq=5\nEndOfGeneration`,
    ),
    says: /no clock snapshot event found$/,
  },
  // Records of events.
  {
    is: 'a record of a table among events',
    bytes: running('Strings'),
    says: /found event without a timestamp: type=4$/,
  },
  {
    is: 'a clock among events',
    bytes: running('ClockSnapshot dt=1 mono=1 sec=1 nsec=1'),
    says: /bad event type found while ordering: 51$/,
  },
  {
    is: 'an event that its batch has a part of',
    bytes: withBytes(good.subarray(0, -1), 1, 1, 7, 100, 2, 16, 1, 52),
    says: /found invalid uvarint/,
  },
  {
    is: 'a stack that is not defined',
    bytes: running('GoBlock dt=1 reason_string=2 stack=9'),
    says: /found invalid stack ID 9 for event GoBlock$/,
  },
  {
    is: 'a reason that is not defined',
    bytes: running('GoBlock dt=1 reason_string=9 stack=1'),
    says: /found invalid string ID 9 for event GoBlock$/,
  },
  {
    is: 'an entry stack that is not defined',
    bytes: running('GoCreate dt=1 new_g=2 new_stack=9 stack=1'),
    says: /found invalid stack ID 9 for event GoCreate$/,
  },
  // The order.
  {
    is: 'a status above 4',
    bytes: running('GoStatus dt=1 g=3 m=7 gstatus=5'),
    says: /invalid status for goroutine 3: 5$/,
  },
  {
    is: 'a status of a P above 4',
    bytes: running('ProcStatus dt=1 p=3 pstatus=5'),
    says: /invalid status for proc 3: 5$/,
  },
  {
    is: 'a status that contradicts',
    bytes: running('GoStatus dt=1 g=1 m=7 gstatus=4'),
    says: /inconsistent status for goroutine 1: /,
  },
  {
    is: 'a status of a P that contradicts',
    bytes: running('ProcStatus dt=1 p=0 pstatus=2'),
    says: /inconsistent status for proc 0: /,
  },
  {
    is: 'a call on no thread',
    bytes: running(`GoStatus dt=1 g=3 m=${none} gstatus=3`),
    says: /found goroutine 3 in syscall without a thread$/,
  },
  {
    is: 'a goroutine that is made twice',
    bytes: running('GoCreate dt=1 new_g=1 new_stack=1 stack=1'),
    says: /tried to create goroutine \(1\) that already exists$/,
  },
  {
    is: 'a start that never gets ready',
    bytes: running('GoStart dt=1 g=5 g_seq=1'),
    says: /broken trace: failed to advance: GoStart waits/,
  },
  {
    is: 'a block without a goroutine',
    bytes: running('GoDestroy dt=1\nGoBlock dt=1 reason_string=2 stack=1'),
    says: /expected a goroutine but didn't have one$/,
  },
  {
    is: 'a stop of no P',
    bytes: running('ProcStop dt=1\nProcStop dt=1'),
    says: /event ProcStop for proc \(-1\) that doesn't exist$/,
  },
  {
    is: 'a start over a running goroutine',
    bytes: running('GoStatus dt=1 g=2 m=7 gstatus=1\nGoStart dt=1 g=2 g_seq=1'),
    says: /expected no goroutine but had one$/,
  },
  {
    is: 'a call with a wrong number',
    bytes: running('GoSyscallBegin dt=1 p_seq=2 stack=1'),
    says: /failed to advance GoSyscallBegin: can't make sequence: 0 \(gen=1\) -> 2 \(gen=1\)$/,
  },
  {
    is: 'an end of no call',
    bytes: running('GoSyscallEnd dt=1'),
    says: /GoSyscallEnd event for goroutine that's not /,
  },
  {
    is: 'a theft from a thread that has another P',
    bytes: whole(
      `EventBatch gen=1 m=7 time=1 size=?\n${begun}GoSyscallBegin dt=1 p_seq=1 stack=1\nEventBatch gen=1 m=8 time=9 size=?\nProcSteal dt=1 p=0 p_seq=2 m=8`,
    ),
    says: /tried to self-steal proc 0 \(thread 8\), but got proc -1 instead$/,
  },
  {
    is: 'a theft from an unknown thread',
    bytes: whole(
      `EventBatch gen=1 m=7 time=1 size=?\n${begun}GoSyscallBegin dt=1 p_seq=1 stack=1\nEventBatch gen=1 m=8 time=9 size=?\nProcSteal dt=1 p=0 p_seq=2 m=9`,
    ),
    says: /stole proc from non-existent thread 9$/,
  },
  { is: 'an end of no STW', bytes: running('STWEnd dt=1'), says: /tried to end event STWBegin, but not in-flight$/ },
  {
    is: 'an STW in itself',
    bytes: running('STWBegin dt=1 kind_string=2 stack=1\nSTWBegin dt=1 kind_string=2 stack=1'),
    says: /discovered event already in-flight for when starting event STWBegin$/,
  },
  {
    is: 'an end of no sweep',
    bytes: running('GCSweepEnd dt=1 swept_value=1 reclaimed_value=1'),
    says: /tried to end event GCSweepBegin, but not in-flight$/,
  },
  {
    is: 'a GC in a GC',
    bytes: running('GCBegin dt=1 gc_seq=5 stack=1\nGCBegin dt=1 gc_seq=6 stack=1'),
    says: /encountered GCBegin while GC was already in progress$/,
  },
  {
    is: 'a task twice',
    bytes: running(
      'UserTaskBegin dt=1 task=1 parent_task=0 name_string=1 stack=1\nUserTaskBegin dt=1 task=1 parent_task=0 name_string=1 stack=1',
    ),
    says: /task ID conflict: 1$/,
  },
  {
    is: 'a region that ends in another',
    bytes: running(
      'UserRegionBegin dt=1 task=1 name_string=1 stack=1\nUserRegionEnd dt=1 task=1 name_string=2 stack=1',
    ),
    says: /misuse of region in goroutine 1/,
  },
  // What is rare and good.
  {
    is: 'ids of 64 bits',
    bytes: whole(
      `EventBatch gen=1 m=18446744073709551614 time=1 size=?\nProcStatus dt=1 p=9223372036854775807 pstatus=1\nGoStatus dt=1 g=9007199254740993 m=18446744073709551614 gstatus=2\nGoCreate dt=1 new_g=9007199254740995 new_stack=1 stack=0\nHeapAlloc dt=1 heapalloc_value=18446744073709551615\nUserTaskBegin dt=1 task=18446744073709551613 parent_task=9007199254740995 name_string=0 stack=0\nGoDestroy dt=1\nGoStart dt=1 g=9007199254740995 g_seq=1`,
    ),
  },
  {
    is: 'an uptime of years',
    bytes: whole(`EventBatch gen=1 m=7 time=90071992547409931 size=?\n${begun}GoDestroy dt=3`).map((byte) => byte),
  },
  {
    is: 'times that run backwards',
    bytes: whole(`EventBatch gen=1 m=7 time=1 size=?\n${begun}EventBatch gen=1 m=7 time=0 size=?\nGoDestroy dt=0`),
  },
  {
    is: 'a stack without a frame',
    bytes: whole(
      `EventBatch gen=1 m=${none} time=1 size=?\nStacks\nStack id=2 nframes=0\nEventBatch gen=1 m=7 time=1 size=?\n${begun}GoBlock dt=1 reason_string=2 stack=2`,
    ),
  },
  {
    is: 'a frequency that divides no second',
    bytes: traceOfText(
      `Trace Go1.22\nEventBatch gen=1 m=${none} time=4000000001 size=?\nFrequency freq=3579545${tables}\nEventBatch gen=1 m=7 time=4000000013 size=?\n${begun}${'HeapGoal dt=1 heapgoal_value=7\nHeapGoal dt=333 heapgoal_value=7\n'.repeat(20)}`,
    ),
  },
  {
    is: 'batches without events',
    bytes: whole('EventBatch gen=1 m=7 time=1 size=0\nEventBatch gen=1 m=8 time=1 size=0'),
  },
  { is: 'an experiment', bytes: whole('ExperimentalBatch exp=1 gen=1 m=7 time=1\ndata="anything"') },
  {
    is: 'AllocFree without a P',
    bytes: whole(
      'EventBatch gen=1 m=7 time=1 size=?\nHeapObject dt=1 id=5 type=6\nSpan dt=1 id=7 npages_value=8 kindclass=9',
    ),
  },
  // What the reader takes, as Go's does. The model refuses a goroutine that runs on no P.
  {
    is: 'a goroutine that runs before its P is there',
    bytes: whole(
      'EventBatch gen=1 m=7 time=100 size=?\nGoStatus dt=1 g=1 m=7 gstatus=2\nProcStatus dt=1 p=0 pstatus=1\nGoDestroy dt=3',
    ),
  },
  {
    is: 'two goroutines that run on one P',
    bytes: running('GoStatus dt=1 g=2 m=7 gstatus=2\nGoBlock dt=1 reason_string=2 stack=1'),
  },
  {
    is: 'a P that stops under its goroutine',
    bytes: running(
      'ProcStop dt=1\nProcStatus dt=1 p=1 pstatus=2\nProcStart dt=1 p=1 p_seq=1\nGoBlock dt=1 reason_string=2 stack=1',
    ),
  },
  // Waits that Go counts in a way of its own.
  {
    is: 'a call since before that returns, and its goroutine does not run again',
    bytes: whole(
      `EventBatch gen=1 m=7 time=100 size=?\n${begun}GoDestroy dt=50\nEventBatch gen=1 m=9 time=200 size=?\nGoStatus dt=1 g=3 m=9 gstatus=3\nGoSyscallEndBlocked dt=10`,
    ),
  },
  {
    is: 'a C thread whose goroutine has the number of an earlier one',
    bytes: whole(`EventBatch gen=1 m=7 time=100 size=?\n${begun}GoDestroy dt=50\n${callOfC(1)}${callOfC(4)}`),
  },
  {
    is: 'a C thread whose goroutine has the number of an earlier one, and never runs',
    bytes: whole(
      `EventBatch gen=1 m=7 time=100 size=?\n${begun}GoDestroy dt=50\n${callOfC(1)}ProcStop dt=1\nGoCreateSyscall dt=4 new_g=5\nGoDestroySyscall dt=7`,
    ),
  },
];
