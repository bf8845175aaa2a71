// What a goroutine does at a time, and which event changes it. The states behind GoroutineStats in Go's
// internal/trace/goroutines.go, with its sync block and its unknown time told apart into their kinds.
//
// Every analysis follows these two tables: an event turns one goroutine, the one that it is about or (GoCreate,
// GoUnblock) the one that it names, to another activity. From its creation to its end a goroutine is always in one.

import { ev } from '../event.js';

/** The activities; their places are what `turnsTo` holds. */
export const activities = [
  'none', // not there: not created yet, or ended
  'execution',
  'runnable', // waits for a P: Go's scheduler wait
  'send',
  'receive',
  'select',
  'sync', // a mutex, a WaitGroup
  'cond',
  'network',
  'syscall', // one that took its P away
  'sleep',
  'gc', // for a collection that it has to help with
  'block', // for anything else
  'before', // for what began before the trace
] as const;
export type Activity = (typeof activities)[number];

export const NONE = 0;
export const EXECUTION = 1;
export const RUNNABLE = 2;
/** This one and all that follow are waiting for something. */
export const FIRST_WAIT = 3;

/** Marks an event type that turns nobody. */
export const STAYS = 255;

/** By event type: the place of the activity that it turns a goroutine to. */
export const turnsTo: Uint8Array = new Uint8Array(64).fill(STAYS);
/** By event type: 1 if the goroutine is the one in the first argument, 0 if it is the event's own. */
export const turnsArg: Uint8Array = new Uint8Array(64);

const rows: readonly (readonly [Activity, ...number[]])[] = [
  ['none', ev.GoEnd, ev.GoStop],
  ['execution', ev.GoStart, ev.GoStartLabel],
  ['runnable', ev.GoCreate, ev.GoUnblock, ev.GoSched, ev.GoPreempt, ev.GoSysExit],
  ['send', ev.GoBlockSend],
  ['receive', ev.GoBlockRecv],
  ['select', ev.GoBlockSelect],
  ['sync', ev.GoBlockSync],
  ['cond', ev.GoBlockCond],
  ['network', ev.GoBlockNet],
  ['syscall', ev.GoSysBlock],
  ['sleep', ev.GoSleep],
  ['gc', ev.GoBlockGC],
  ['block', ev.GoBlock],
  ['before', ev.GoWaiting, ev.GoInSyscall],
];
for (const [activity, ...types] of rows) for (const type of types) turnsTo[type] = activities.indexOf(activity);
turnsArg[ev.GoCreate] = 1;
turnsArg[ev.GoUnblock] = 1;
