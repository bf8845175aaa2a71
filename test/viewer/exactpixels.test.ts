// The pixels of the Ps are exact: of traces that the modes write here, each pixel has the colours of its time with their exact
// shares, at every zoom, and the shares sum to the utilization that the summary prints. Shown of the pure modules, and of the canvas of
// the page in real browsers.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, describe, expect, test } from 'vitest';
import { utilization } from '#src/trace/analysis/parallelism.js';
import { ev } from '#src/trace/event.js';
import type { Trace } from '#src/trace/model.js';
import { parse } from '#src/trace/parse.js';
import { partOf } from '#src/trace/part.js';
import { bodyClass, procClasses } from '#src/viewer/timeline/classes.js';
import { Indexes } from '#src/viewer/timeline/indexes.js';
import { channels, mix, paletteOf, themes } from '#src/viewer/timeline/paint.js';
import { CLASSES, type Scale } from '#src/viewer/timeline/track.js';
import { browserNames, closeBrowser } from '../support/browser.js';
import { modeTraceFile } from '../support/modetraces.js';
import { tempDir } from '../support/tempdir.js';
import { openTracePage } from '../support/tracepage.js';

/** Runs on threads: mode, Ps, workers. */
const runs = [
  ['px', 2, 1],
  ['row', 2, 1],
  ['workers', 2, 1],
  ['workers', 4, 4],
] as const;
const zooms = [1, 4, 25, 200, 1000];
/** Most that a channel of a pixel may differ from the exact value: what rounding to one of 256 values takes. */
const ROUNDING = 0.5 + 1e-6;
/** Most that a sum of shares may differ from the utilization, as a part of it. */
const TOLERANCE = 1e-3;

const theme = themes.light;
const ground = channels(theme.ground);
/** By class of a P: red, green and blue, less those of the ground. */
const colours = procClasses.map(({ colour }) => channels(colour.light).map((value, k) => value - ground[k]!));

/** An execution on a P. In format v1 a short system call is a part of it, and a long one ends it. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly class: number;
}

interface Recorded {
  readonly bytes: Uint8Array;
  readonly trace: Trace;
  readonly indexes: Indexes;
  /** By P: what it ran, from the starts and their links. */
  readonly spans: readonly (readonly Span[])[];
}

async function record(name: string, procs: number, workers: number): Promise<Recorded> {
  const file = await modeTraceFile(name, 'threads', procs, workers, 128);
  const bytes = readFileSync(file);
  const trace = parse(bytes);
  const { type, ts, p, g, link, length } = trace.events;
  const indexes = new Indexes(trace);
  indexes.take(trace);
  indexes.finish();
  const spans: Span[][] = Array.from({ length: trace.procs }, () => []);
  for (let e = 0; e < length; e++) {
    if (type[e] !== ev.GoStart && type[e] !== ev.GoStartLabel) continue;
    const { list, of } = indexes.bodies;
    const to = link[e]! < 0 ? trace.durationNs : ts[link[e]!]!;
    spans[p[e]!]!.push({ from: ts[e]!, to, class: bodyClass(list[of[g[e]!]!]!.rank) });
  }
  return { bytes, trace, indexes, spans };
}

/** Where work begins again after the longest time without: about half of what is around it is idle, at every zoom. */
function workBegins(spans: readonly Span[]): number {
  let [at, longest, busyUntil] = [0, -1, 0];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    if (from - busyUntil > longest) [at, longest] = [from, from - busyUntil];
    busyUntil = Math.max(busyUntil, to);
  }
  return at;
}

/** The exact colours of the pixels, span by span: red, green, blue of each, not rounded. */
function exactColours(spans: readonly Span[], { fromNs, nsPerPixel, width }: Scale): Float64Array {
  const exact = new Float64Array(3 * width);
  for (let k = 0; k < exact.length; k++) exact[k] = ground[k % 3]!;
  for (const { from, to, class: c } of spans) {
    const first = Math.max(0, Math.floor((from - fromNs) / nsPerPixel));
    for (let x = first; x < width && fromNs + x * nsPerPixel < to; x++) {
      const overlap = Math.min(to, fromNs + (x + 1) * nsPerPixel) - Math.max(from, fromNs + x * nsPerPixel);
      if (overlap <= 0) continue;
      for (let k = 0; k < 3; k++) exact[3 * x + k]! += (overlap / nsPerPixel) * colours[c]![k]!;
    }
  }
  return exact;
}

/** The largest difference of a channel from the exact value. @param pixels as ImageData has them, a number per pixel */
function worst(pixels: ArrayLike<number>, exact: Float64Array): number {
  let most = 0;
  for (let k = 0; k < exact.length; k++) {
    const channel = (pixels[Math.floor(k / 3)]! >>> (8 * (k % 3))) & 255;
    most = Math.max(most, Math.abs(channel - exact[k]!));
  }
  return most;
}

/**
 * The weights of red, green and blue with which the difference of a pixel from the ground is the sum of the shares of these classes,
 * of which there are at most three: the shortest w with w · colours[c] = 1 for each.
 */
function weights(classes: readonly number[]): number[] {
  const rows = classes.map((c) => colours[c]!);
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
  // Gauss-Jordan elimination of (rows · rows') x = 1.
  const system = rows.map((row) => [...rows.map((other) => dot(row, other)), 1]);
  for (let i = 0; i < system.length; i++) {
    const pivot = system[i]!.map((value) => value / system[i]![i]!);
    for (let j = 0; j < system.length; j++) {
      const factor = system[j]![i]!;
      system[j] = j === i ? pivot : system[j]!.map((value, k) => value - factor * pivot[k]!);
    }
  }
  return [0, 1, 2].map((k) => rows.reduce((sum, row, i) => sum + system[i]!.at(-1)! * row[k]!, 0));
}

/** The sum of the shares that are read from pixels. */
function sumOfShares(pixels: readonly number[], spans: readonly Span[]): number {
  const classes = [...new Set(spans.map(({ class: c }) => c))];
  expect(classes.length).toBeLessThanOrEqual(3);
  const w = weights(classes);
  let sum = 0;
  for (const value of pixels) {
    for (let k = 0; k < 3; k++) sum += w[k]! * (((value >>> (8 * k)) & 255) - ground[k]!);
  }
  return sum;
}

/** The middle lines of the rows of the Ps in the canvas: a number per pixel, as on machines that store the lowest byte first. */
async function middles(page: Page): Promise<number[][]> {
  return (await page.evaluate(`(() => {
    const canvas = document.querySelector('canvas.pixels');
    const { top } = canvas.getBoundingClientRect();
    const context = canvas.getContext('2d');
    return Array.from(document.querySelectorAll('.pinned .label.proc'), (label) => {
      const box = label.getBoundingClientRect();
      const y = Math.floor(box.top - top + (box.height - 1) / 2);
      return Array.from(new Uint32Array(context.getImageData(0, y, canvas.width, 1).data.buffer));
    });
  })()`)) as number[][];
}

describe.each(runs)('of a run of mode %s on %i Ps with %i workers', (name, procs, workers) => {
  let recording: Promise<Recorded> | undefined;
  const recorded = () => (recording ??= record(name, procs, workers));

  test.each(zooms)('the pixels of each P are exact and sum to its utilization, at zoom %i', async (zoom) => {
    const { trace, indexes, spans } = await recorded();
    const { events, durationNs } = trace;
    const palette = paletteOf(procClasses, theme);
    const width = 1000;
    const nsPerPixel = durationNs / zoom / width;
    const means = new Float64Array(CLASSES * width);
    const line = new Uint32Array(width);
    for (const { p, runningNs } of utilization(trace)) {
      const track = indexes.ps[p]!;
      let sum = 0;
      for (let page = 0; page < zoom; page++) {
        const scale = { fromNs: page * nsPerPixel * width, nsPerPixel, width };
        track.means(events.ts, scale, durationNs, means);
        for (const c of track.used) for (let x = 0; x < width; x++) sum += means[c * width + x]! * nsPerPixel;
        mix({ all: means, matching: undefined, used: track.used }, palette, width, line);
        expect(worst(line, exactColours(spans[p]!, scale))).toBeLessThanOrEqual(ROUNDING);
      }
      expect(Math.abs(sum - runningNs)).toBeLessThanOrEqual(TOLERANCE * runningNs);
    }
  });

  test.for(browserNames)('the canvas of the page has these pixels at five zooms, in %s', async (browser, context) => {
    const { bytes, trace, spans } = await recorded();
    const file = join(tempDir(), 'trace.out');
    writeFileSync(file, bytes);
    const pinned = spans.map((_, p) => `p${p}`).join(',');
    const page = await openTracePage(context, file, `v=1&pin=${pinned}`, { browser });
    const centre = workBegins(spans.flat());
    for (const zoom of zooms) {
      const length = Math.round(trace.durationNs / zoom);
      const fromNs = Math.round(Math.min(Math.max(0, centre - length / 2), trace.durationNs - length));
      await page.evaluate(`location.hash = '#v=1&pin=${pinned}&r=${fromNs},${fromNs + length}'`);
      let lines: number[][] = [];
      await expect
        .poll(async () => {
          lines = await middles(page);
          return spans.map((own, p) => {
            const width = lines[p]?.length ?? 0;
            return worst(lines[p] ?? [], exactColours(own, { fromNs, nsPerPixel: length / width, width })) <= ROUNDING;
          });
        })
        .toEqual(spans.map(() => true));
      for (const { p, share } of utilization(partOf(trace, fromNs, fromNs + length))) {
        const width = lines[p]!.length;
        expect(width).toBeGreaterThan(500);
        expect(Math.abs(sumOfShares(lines[p]!, spans[p]!) / width - share)).toBeLessThanOrEqual(TOLERANCE * share);
      }
    }
  });
});

afterAll(closeBrowser);
