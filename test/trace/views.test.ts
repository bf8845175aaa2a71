// Whatever the reader takes for a trace, every view of it is sound: damage it at random, with seeds.

import { parse, type Trace, TraceError } from 'mandel/trace';
import { describe, expect, test } from 'vitest';
import { encodeProfile } from '#src/pprof/proto.js';
import { blockingProfile } from '#src/pprof/tracewaits.js';
import { blocking, profileKinds } from '#src/trace/analysis/blocking.js';
import { difference, summarize } from '#src/trace/analysis/summary.js';
import { chromeTrace } from '#src/trace/export/chrome.js';
import { csvTrace } from '#src/trace/export/csv.js';
import { dumpTrace } from '#src/trace/export/dump.js';
import { perfettoTrace } from '#src/trace/export/perfetto.js';
import { TraceFile } from '../programs/lib/tracefile.js';
import { corpus, damaged } from '../programs/lib/tracefuzz.js';
import { readProfile } from '../support/pprofile.js';
import { fields } from '../support/protobuf.js';
import { story } from '../support/story.js';

const SEEDS = 400;

/** Looks at a trace in every way. @throws Error if a view is not sound */
function look(trace: Trace, bytes: Uint8Array): void {
  const summary = summarize(trace, 20);
  for (const { life, spent } of summary.bodies) {
    expect(spent.reduce((sum, s) => sum + s.each.total, 0)).toBeCloseTo(life.total, -1);
  }
  expect(JSON.stringify(summary)).not.toContain(':null'); // which NaN would become
  expect(difference(summary, summary).figures.filter((figure) => figure.change !== 0)).toEqual([]);
  for (const kind of profileKinds) readProfile(encodeProfile(blockingProfile(trace, blocking(trace, kind))));
  JSON.parse([...chromeTrace(trace)].join(''));
  fields(Buffer.concat([...perfettoTrace(trace)]));
  for (const text of [...csvTrace(trace), ...dumpTrace(trace, bytes)]) expect(text).not.toMatch(/undefined|NaN/);
}

describe('every view', () => {
  test(`is sound, for what of ${SEEDS} damaged files is a trace`, () => {
    const files = corpus();
    let traces = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      try {
        const bytes = damaged(files, seed);
        look(parse(bytes, { keepOffsets: true }), bytes);
        traces++;
      } catch (error) {
        if (!(error instanceof TraceError)) throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    expect(traces).toBeGreaterThan(SEEDS / 10);
  });

  test('comes in small pieces, even if a file claims a million Ps', () => {
    const bytes = new TraceFile().raw(story().bytes.subarray(16)).batch(999_999, 2000).record(5, 1, 7).bytes;
    const trace = parse(bytes);
    expect(summarize(trace, 1).procs).toHaveLength(1_000_000);
    for (const piece of chromeTrace(trace)) expect(piece.length).toBeLessThan(1 << 17);
  });
});
