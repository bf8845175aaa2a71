// The language: all that a program imports.

export { Fatal, Panic, UsageError } from '../runtime/memory/errors.js';
export type { Go, Op } from '../runtime/sched/op.js';
export { charge, work as workload } from '../runtime/sched/work.js';
export { Chan, cap, chan, chanOf, len, nilChan } from './chan.js';
export { Cond } from './cond.js';
export { exit, go, goArena, gosched, panic } from './go.js';
export { Mutex } from './mutex.js';
export { Conn, Listener, listen } from './net.js';
export { Once } from './once.js';
export { print, println } from './print.js';
export { RWMutex } from './rwmutex.js';
export { orDefault, recv, type Selected, select, send } from './select.js';
export { syscall } from './syscall.js';
export { after, hour, microsecond, millisecond, minute, nanosecond, now, second, sleep, Ticker } from './time.js';
export * as trace from './trace.js';
export {
  alloc,
  bool,
  float64,
  int,
  ptr,
  type Shared,
  type StructOf,
  string,
  struct,
  type Type,
  type TypeLike,
} from './types.js';
export { WaitGroup } from './waitgroup.js';
