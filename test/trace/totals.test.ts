// What goroutines spent their time on, summed up: by hand for a trace made by hand, and by a law for what Go wrote.

import { existsSync } from 'node:fs';
import { ev, parse, readTrace, totals } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { skipLoudly } from '../support/loudskip.js';
import { record, smallTrace } from '../support/smalltrace.js';

const US = 1000;

describe('totals', () => {
  test('of a goroutine that runs, waits for a channel, waits for a P and runs again', () => {
    // Created at 1, started at 3, waits from 26 to 35, goes on at 36 and ends at 43.
    expect(totals(parse(smallTrace()))).toEqual({
      runningNs: (26 - 3 + 43 - 36) * US,
      runnableNs: (3 - 1 + 36 - 35) * US,
      blockedNs: (35 - 26) * US,
      waitsNs: { select: 9 * US },
    });
  });

  test('of one that is still waiting at the end', () => {
    const rest = { unblock: record(6, 3), again: Buffer.alloc(0), end: Buffer.alloc(0), procStop: Buffer.alloc(0) };
    expect(totals(parse(smallTrace(rest)))).toMatchObject({ blockedNs: 3 * US, waitsNs: { select: 3 * US } });
  });

  test.for(['http_1_19_good', 'stress_1_11_good', 'user_task_region_1_19_good'])(
    'of %s are together the lives of its goroutines',
    (name, context) => {
      const file = `/usr/share/go-1.19/src/internal/trace/testdata/${name}`;
      if (!existsSync(file)) skipLoudly(context, 'golang-1.19-src is not installed');
      const trace = readTrace(file);
      const { events, goroutines, durationNs } = trace;
      let lives = 0;
      for (let g = 1; g < goroutines.length; g++) {
        const end = goroutines.ended[g]!;
        lives += (end < 0 ? durationNs : events.ts[end]!) - events.ts[goroutines.created[g]!]!;
      }
      const { runningNs, runnableNs, blockedNs } = totals(trace);
      expect(runningNs + runnableNs + blockedNs).toBe(lives);
      expect(runningNs).toBeLessThanOrEqual(trace.procs * durationNs);
      const starts = events.type.reduce((n, type) => (type === ev.GoStart ? n + 1 : n), 0);
      expect(runningNs).toBeGreaterThan(starts);
    },
  );
});
