// Traces of format v2 that are wrong or rare: one line for each, with the place; and files that are cut at any byte.

import { checkTrace, parse, type Trace, TraceError } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { badTraces } from '../../programs/lib/badtracesv2.js';
import { goProgramTrace, parsed, readPieces } from '../../programs/lib/tracesv2.js';

describe('a trace of format v2', () => {
  test.each(badTraces)('with $is', ({ bytes, says }) => {
    for (const size of [1 << 16, 1]) {
      const { fault } = parsed(bytes, size).reader;
      if (says === undefined) expect(fault?.message).toBe(undefined);
      else expect(fault?.message).toMatch(says);
      expect(fault?.message ?? 'trace: none').toMatch(/^trace: .+$/);
    }
  });
});

describe('a file that ends anywhere', () => {
  test.each(['coroutines-1.26-p2.trace', 'recorder-1.25-p4.trace', 'timers-1.23-p1.trace', 'notes-1.22-p4.trace'])(
    '%s: its whole generations are handed out',
    (name) => {
      const bytes = goProgramTrace(name);
      const ends = readPieces(bytes, bytes.length, () => {}).generations.map(({ number, end }) => `${number} ${end}`);
      let whole = 0;
      for (let end = 0; end < bytes.length; end++) {
        const reader = readPieces(bytes.subarray(0, end), bytes.length, () => {});
        const got = reader.generations.map(({ number, end: last }) => `${number} ${last}`);
        // Before 1.26, a generation whose batches miss its end may look whole: its events are fewer.
        const sure = reader.version < 26 ? got.slice(0, -1) : got;
        expect(sure).toEqual(ends.slice(0, sure.length));
        expect(got.length).toBeGreaterThanOrEqual(whole);
        whole = sure.length;
        if (reader.version >= 26 && end > 16) expect(reader.wholeEnd).toBeLessThanOrEqual(end);
      }
    },
  );

  test.each(['coroutines-1.26-p2.trace', 'recorder-1.25-p4.trace', 'timers-1.23-p1.trace', 'syscalls-1.22-p2.trace'])(
    '%s: what is handed out is a legal trace, or one line',
    (name) => {
      const bytes = goProgramTrace(name);
      const { type } = parse(bytes).events;
      for (let end = 0; end < bytes.length; end += 2) {
        try {
          const { events, generations } = checked(parse(bytes.subarray(0, end)), end);
          // Before 1.26, a generation whose batches miss its end may look whole, and its last events are then others.
          const sure = name.includes('1.26') ? events.length : generations.at(-1)!.first;
          expect(events.type.subarray(0, sure)).toEqual(type.subarray(0, sure));
        } catch (error) {
          expect(error).toBeInstanceOf(TraceError);
          expect((error as TraceError).message).toMatch(/^trace: .+$/);
        }
      }
    },
  );
});

/** The trace, which must be legal. All of them would take long. */
function checked(trace: Trace, end: number): Trace {
  if (end % 16 === 0) expect(() => checkTrace(trace)).not.toThrow();
  return trace;
}
