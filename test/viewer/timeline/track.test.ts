// Tracks: the exact mean of every pixel, at every zoom, compared with the spans added up one by one.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { utilization } from '#src/trace/analysis/parallelism.js';
import type { Trace } from '#src/trace/model.js';
import { parse } from '#src/trace/parse.js';
import { Indexes } from '#src/viewer/timeline/indexes.js';
import { CLASSES, type Scale, Track } from '#src/viewer/timeline/track.js';

const folder = 'test/testdata/gotraces';
const files = readdirSync(folder).filter((name) => name.endsWith('.trace'));

function indexed(name: string): { readonly trace: Trace; readonly indexes: Indexes } {
  const trace = parse(readFileSync(`${folder}/${name}`));
  const indexes = new Indexes(trace);
  indexes.take(trace);
  expect(indexes.finish()).toBe(true);
  return { trace, indexes };
}

/** The mean of each class in each pixel, span by span. */
function plainMeans(track: Track, { events, durationNs }: Trace, { fromNs, nsPerPixel, width }: Scale): Float64Array {
  const means = new Float64Array(CLASSES * width);
  const counts = new Float64Array(CLASSES);
  for (let i = 0; i <= track.length; i++) {
    const from = i === 0 ? 0 : events.ts[track.event(i - 1)]!;
    const to = i === track.length ? durationNs : events.ts[track.event(i)]!;
    const first = Math.max(0, Math.floor((from - fromNs) / nsPerPixel));
    for (let x = first; x < width && fromNs + x * nsPerPixel < to; x++) {
      const left = Math.max(from, fromNs + x * nsPerPixel);
      const right = Math.min(to, fromNs + (x + 1) * nsPerPixel);
      if (right <= left) continue;
      for (let c = 1; c < CLASSES; c++) means[c * width + x]! += (counts[c]! * (right - left)) / nsPerPixel;
    }
    if (i === track.length) break;
    const code = track.codes[track.isByEvent ? track.event(i) : i]!;
    counts[code >> 4]!--;
    counts[code & 15]!++;
  }
  return means;
}

describe.each(files)('the pixels of %s', (name) => {
  test('have the exact shares of their time at every zoom', () => {
    const { trace, indexes } = indexed(name);
    const tracks = [indexes.all, ...indexes.ps.slice(0, 4), ...indexes.bodyTracks.slice(0, 4)];
    const width = 300;
    for (const zoom of [0.8, 1, 10, 1000]) {
      const nsPerPixel = trace.durationNs / zoom / width;
      const scale = { fromNs: 0.37 * (trace.durationNs - nsPerPixel * width), nsPerPixel, width };
      for (const track of tracks) {
        const means = new Float64Array(CLASSES * width);
        track.means(trace.events.ts, scale, trace.durationNs, means);
        const plain = plainMeans(track, trace, scale);
        let worst = 0;
        for (let k = width; k < means.length; k++) worst = Math.max(worst, Math.abs(means[k]! - plain[k]!));
        expect(worst).toBeLessThan(1e-3);
      }
    }
  });

  test('of a P sum to its utilization', () => {
    const { trace, indexes } = indexed(name);
    const width = 500;
    const scale = { fromNs: 0, nsPerPixel: trace.durationNs / width, width };
    for (const { p, runningNs } of utilization(trace)) {
      const track = indexes.ps[p];
      if (track === undefined) continue;
      const means = new Float64Array(CLASSES * width);
      track.means(trace.events.ts, scale, trace.durationNs, means);
      const sum = means.subarray(width).reduce((a, b) => a + b, 0) * scale.nsPerPixel;
      expect(Math.abs(sum - runningNs)).toBeLessThan(1 + 1e-9 * trace.durationNs);
    }
  });
});

test('indexes that are made piece by piece are those of the whole trace', () => {
  const { trace, indexes } = indexed(files[0]!);
  const { events } = trace;
  const pieces = new Indexes(trace);
  for (const part of [0.1, 0.5, 0.9, 1]) {
    pieces.take({ ...trace, events: { ...events, length: Math.floor(events.length * part) } });
  }
  expect(pieces.finish()).toBe(true);
  expect(pieces.moves).toEqual(indexes.moves);
  expect(pieces.ps.map(({ at, codes }) => [at, codes])).toEqual(indexes.ps.map(({ at, codes }) => [at, codes]));
});

describe('the state of a track after any number of changes', () => {
  const ts = Float64Array.from({ length: 1500 }, (_, e) => 3 * e + (e % 2));
  /** Every third event moves the thing to the next class; of one thing, and of as many as there are classes. */
  const codes = Uint8Array.from(ts, (_, e) => (e % 3 > 0 ? 0 : (((e / 3) % 5) << 4) | ((e / 3 + 1) % 5)));
  const changes = Uint32Array.from({ length: 500 }, (_, i) => 3 * i);

  function added(track: Track): Track {
    for (const e of changes) track.add(e, ts[e]!, codes[e]!);
    return track;
  }

  const shared = Track.of(changes, codes, ts);
  const tracks: readonly (readonly [string, Track])[] = [
    ['with codes of its own', added(new Track())],
    ['of one thing', added(new Track('one'))],
    ['with codes of the events', shared],
    ['with a code for every event', shared.dense(codes.length, ts)],
    ['with a code for every event, of codes of its own', added(new Track()).dense(codes.length, ts)],
  ];
  test.each(tracks)('%s', (_, track) => {
    const counts = new Int32Array(CLASSES);
    const sums = new Float64Array(CLASSES);
    const plainCounts = new Int32Array(CLASSES);
    const plainSums = new Float64Array(CLASSES);
    for (let n = 0; n <= track.length; n++) {
      track.stateAfter(ts, n, counts, sums);
      expect(counts.subarray(1), `${n} changes`).toEqual(plainCounts.subarray(1));
      expect(sums.subarray(1), `${n} changes`).toEqual(plainSums.subarray(1));
      if (n === track.length) break;
      const e = track.event(n);
      for (const [c, by] of [
        [codes[e]! >> 4, -1],
        [codes[e]! & 15, 1],
      ] as const) {
        plainCounts[c]! += by;
        plainSums[c]! += by * ts[e]!;
      }
    }
  });
});
