// One clock for all threads. performance.now() is the cheapest one that there is, but counts from a moment of its own on
// every thread; process.hrtime() is the same on all of them. Here is the distance of the two.

/** Pairs of readings, of which the closest one counts. */
const TRIES = 20;

/** What to add to this thread's performance.now(), in nanoseconds, to get process.hrtime() in nanoseconds. */
export function clockOrigin(): number {
  let closest = Number.POSITIVE_INFINITY;
  let origin = 0;
  for (let k = 0; k < TRIES; k++) {
    const before = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const after = performance.now();
    if (after - before >= closest) continue;
    closest = after - before;
    origin = seconds * 1e9 + nanoseconds - ((before + after) / 2) * 1e6;
  }
  return Math.round(origin);
}
