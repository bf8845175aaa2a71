// How long something took that one P does, on a machine that others use as well.

import { microsecond, now } from '../go/index.js';

/**
 * Starts a stopwatch. What it answers is how long ago that was, in nanoseconds; but no more than the processor time of the
 * process since, because in the rest the system had given its core to others. Only for one busy P.
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
