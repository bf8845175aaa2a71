// Calls into the system that block the thread. After entersyscall and exitsyscall in runtime/proc.go.

import { checkPlain, checkPlainReturn, type NotUnfinished } from '../runtime/sched/callback.js';
import { m } from '../runtime/sched/g.js';
import { tracer } from '../runtime/sched/hooks.js';
import { charge, work } from '../runtime/sched/work.js';

/**
 * Does `call`, which blocks the thread in the system, such as writing to a file. It shows in a trace. Unlike Go, nothing
 * else runs on this P meanwhile: its thread cannot be given another.
 * @example
 * const path = syscall(() => process.cwd());
 * println(path !== '');
 * // Output: true
 */
export function syscall<T>(call: () => T & NotUnfinished<T>): T {
  checkPlain('syscall', call, INSTEAD);
  if (m.curg !== 0) charge(work.syscall, 1); // a module may print while it is loaded
  const result = tracer === undefined ? call() : tracer.syscall(call);
  if (typeof result === 'object') checkPlainReturn('syscall', result, INSTEAD);
  return result;
}
/** What to write instead of a call that is async. */
const INSTEAD = 'call what blocks the thread until it is done, such as writeSync';
