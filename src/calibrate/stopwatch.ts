// A stopwatch for what one P does, on a machine that other processes use as well.

import { microsecond, now } from '../go/index.js';

/**
 * Starts a stopwatch. The returned function gives the time since then in nanoseconds, but no more than the processor time of the
 * process since then: in the rest, other processes had its core. Only for one busy P.
 */
export function stopwatch(): () => number {
  const cpu = process.cpuUsage();
  const begin = now();
  return () => {
    const wall = now() - begin;
    const { user, system } = process.cpuUsage(cpu);
    return Math.min(wall, (user + system) * microsecond);
  };
}
