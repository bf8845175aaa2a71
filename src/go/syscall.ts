// Calls into the system that block the thread. After entersyscall and exitsyscall in runtime/proc.go.

import { tracer } from '../runtime/tracing/current.js';

/**
 * Does `call`, which blocks the thread in the system, such as writing to a file. It shows in a trace. Unlike Go, nothing
 * else runs on this P meanwhile: its thread cannot be given another.
 */
export function syscall<T>(call: () => T): T {
  return tracer === undefined ? call() : tracer.syscall(call);
}
