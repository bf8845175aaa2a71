// Numbers of arguments of the records of format v1, by type: columns of the table in event.ts, because they are read for every record.

import { ev, eventInfo } from '../event.js';

/** By type: 1 for events, 0 for records of tables. */
export const isTimed = Uint8Array.from({ length: 64 }, (_, type) => (eventInfo[type]?.timed ? 1 : 0));
/** By type: 1 if the last argument is a stack. */
export const hasStack = Uint8Array.from({ length: 64 }, (_, type) => (eventInfo[type]?.stack ? 1 : 0));

/** By type: the number of arguments, time and stack included; -1 if it varies, -2 if the version has no such type. */
export function argCounts(version: number): Int8Array {
  const counts = new Int8Array(64).fill(-2);
  eventInfo.forEach((info, type) => {
    if (info !== undefined && info.min <= version) {
      counts[type] = info.args.length + (info.timed ? 1 : 0) + (info.stack ? 1 : 0);
    }
  });
  counts[ev.Stack] = -1;
  if (version < 10) counts[ev.STWStart] = 1;
  if (version < 9) counts[ev.SweepDone] = 1;
  return counts;
}

/** Types of events that say more than what happens on their P, or are more than their arguments. */
const peculiar: readonly number[] = [ev.Gomaxprocs, ev.FutileWakeup, ev.GoSysExit, ev.CPUSample, ev.UserLog];

/** From the result of argCounts(): the same for events that are only what happens on their P, 0 for all other types. */
export function plainCounts(counts: Int8Array): Uint8Array {
  return Uint8Array.from(counts, (count, type) =>
    count > 0 && isTimed[type] === 1 && !peculiar.includes(type) ? count : 0,
  );
}
