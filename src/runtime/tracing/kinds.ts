// Kinds of events that have a stack, by their numbers in sched/reason.ts: the function of Go's at the leaf of the stack, and the
// event that a trace has for a wait.

import { ev } from '../../trace/event.js';
import { act, by, wait } from '../sched/reason.js';

/** Size of tables by kind: a power of two above the largest number. */
export const KINDS = 64;

/** The function of Go's library at the leaf of the stack; undefined where Go's stacks begin with the program's own frame. */
export const leaf: readonly (string | undefined)[] = names({
  [wait.chanReceive]: 'runtime.chanrecv1',
  [wait.chanSend]: 'runtime.chansend1',
  [wait.select]: 'runtime.selectgo',
  [wait.chanReceiveNil]: 'runtime.chanrecv1',
  [wait.chanSendNil]: 'runtime.chansend1',
  [wait.selectNoCases]: 'runtime.block',
  [wait.sleep]: 'time.Sleep',
  [wait.mutexLock]: 'sync.(*Mutex).Lock',
  [wait.rwMutexRLock]: 'sync.(*RWMutex).RLock',
  [wait.rwMutexLock]: 'sync.(*RWMutex).Lock',
  [wait.waitGroupWait]: 'sync.(*WaitGroup).Wait',
  [wait.condWait]: 'sync.(*Cond).Wait',
  [wait.ioWait]: 'internal/poll.runtime_pollWait',
  [by.send]: 'runtime.chansend1',
  [by.recv]: 'runtime.chanrecv1',
  [by.close]: 'runtime.closechan',
  [by.select]: 'runtime.selectgo',
  [by.mutexUnlock]: 'sync.(*Mutex).Unlock',
  [by.rwMutexRUnlock]: 'sync.(*RWMutex).RUnlock',
  [by.rwMutexUnlock]: 'sync.(*RWMutex).Unlock',
  [by.waitGroupDone]: 'sync.(*WaitGroup).Done',
  [by.condSignal]: 'sync.(*Cond).Signal',
  [by.condBroadcast]: 'sync.(*Cond).Broadcast',
  [act.gosched]: 'runtime.Gosched',
  [act.syscall]: 'syscall.write',
  [act.panic]: 'runtime.gopanic',
  [act.exit]: 'os.Exit',
  [act.taskEnd]: 'runtime/trace.(*Task).End',
  [act.traceStart]: 'runtime/trace.Start',
  [act.traceStop]: 'runtime/trace.Stop',
});

function names(byKind: Readonly<Record<number, string>>): (string | undefined)[] {
  return Array.from({ length: KINDS }, (_, k) => byKind[k]);
}

/** The event of a goroutine that begins to wait, by reason. A wait that can never end is a GoStop. */
export const blockEvent = new Uint8Array(KINDS);
blockEvent[wait.chanReceive] = ev.GoBlockRecv;
blockEvent[wait.chanSend] = ev.GoBlockSend;
blockEvent[wait.select] = ev.GoBlockSelect;
blockEvent[wait.chanReceiveNil] = ev.GoStop;
blockEvent[wait.chanSendNil] = ev.GoStop;
blockEvent[wait.selectNoCases] = ev.GoStop;
blockEvent[wait.sleep] = ev.GoSleep;
blockEvent[wait.mutexLock] = ev.GoBlockSync;
blockEvent[wait.rwMutexRLock] = ev.GoBlockSync;
blockEvent[wait.rwMutexLock] = ev.GoBlockSync;
blockEvent[wait.waitGroupWait] = ev.GoBlockSync;
blockEvent[wait.condWait] = ev.GoBlockCond;
blockEvent[wait.ioWait] = ev.GoBlockNet;
