// What is drawn over the pixels, and the picture as it is saved: by a drawing that records its calls, and as SVG.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ev } from '#src/trace/event.js';
import type { Trace } from '#src/trace/model.js';
import { parse } from '#src/trace/parse.js';
import { type Drawing, fitted } from '#src/viewer/timeline/drawing.js';
import { instants } from '#src/viewer/timeline/instants.js';
import { Timeline } from '#src/viewer/timeline/model.js';
import { drawOverlay, type Marked, type PictureParts } from '#src/viewer/timeline/overlay.js';
import { themes } from '#src/viewer/timeline/paint.js';
import { Painter } from '#src/viewer/timeline/picture.js';
import { rowReport } from '#src/viewer/timeline/rowreports.js';
import { Layout } from '#src/viewer/timeline/rows.js';
import { drawSaved, savedLayout } from '#src/viewer/timeline/savedpicture.js';
import { SvgDrawing } from '#src/viewer/timeline/svgdrawing.js';
import { ticks } from '#src/viewer/timeline/viewport.js';
import { goProgramTrace } from '../../programs/lib/tracesv2.js';

const WIDTH = 600;
const HEIGHT = 500;
const nothing: Marked = { selected: undefined, measured: undefined, marks: [], currentRow: '' };

function timelineOf(name: string): Timeline {
  const trace = parse(goProgramTrace(`${name}.trace`));
  const timeline = new Timeline(trace);
  timeline.take(trace);
  timeline.finish();
  return timeline;
}

/** The picture of a whole trace, with these rows open. */
function pictureOf(timeline: Timeline, toggled: readonly string[] = [], pinned: readonly string[] = []) {
  const layout = new Layout(timeline, { toggled: new Set(toggled), pinned, hidden: new Set(), order: [] });
  const range = { fromNs: 0, toNs: timeline.trace.durationNs };
  const scale = { fromNs: 0, nsPerPixel: range.toNs / WIDTH, width: WIDTH };
  const pixels = { data: new Uint32Array(WIDTH * HEIGHT), width: WIDTH };
  const painter = new Painter(timeline, { scale, pixels, theme: themes.light, ratio: 1 }, undefined);
  const clip = { top: 0, bottom: HEIGHT };
  for (const row of layout.pinned) painter.paint(row, row.top, row.top + row.height, clip);
  for (const row of layout.between(0, HEIGHT)) painter.paint(row, row.top, row.top + row.height, clip);
  const parts: PictureParts = {
    view: { range, ratio: 1, isDark: false, pinned },
    rows: painter.rows,
    texts: painter.texts,
    arrows: [],
    instants: instants(timeline, painter.rows, range, WIDTH),
    path: [],
    pinnedHeight: layout.pinnedHeight,
  };
  return { parts, legend: painter.legend };
}

/** Records what is drawn, with the names of the calls. */
class Recorder implements Drawing {
  readonly calls: (readonly unknown[])[] = [];
  rect = (...args: Parameters<Drawing['rect']>) => void this.calls.push(['rect', ...args]);
  frame = (...args: Parameters<Drawing['frame']>) => void this.calls.push(['frame', ...args]);
  curve = (...args: Parameters<Drawing['curve']>) => void this.calls.push(['curve', ...args]);
  triangle = (...args: Parameters<Drawing['triangle']>) => void this.calls.push(['triangle', ...args]);
  text = (...args: Parameters<Drawing['text']>) => void this.calls.push(['text', ...args]);
  part(_x: number, _y: number, _width: number, _height: number, draw: (inside: Drawing) => void): void {
    draw(this);
  }
}

const texts = ({ calls }: Recorder) => calls.filter(([name]) => name === 'text').map(([, , , text]) => text);

describe('the overlay', () => {
  test('has what is chosen, at its place', () => {
    const { parts } = pictureOf(timelineOf('crowd-1.26-p4'));
    const drawing = new Recorder();
    const durationNs = parts.view.range.toNs;
    const half = { fromNs: durationNs / 2, toNs: durationNs };
    drawOverlay(
      drawing,
      parts,
      { selected: { key: 'p0', ...half }, measured: half, marks: [durationNs / 4], currentRow: 'p1' },
      WIDTH,
      HEIGHT,
    );
    const row = (key: string) => parts.rows.find((each) => each.key === key)!;
    const frames = drawing.calls.filter(([name]) => name === 'frame');
    expect(frames).toEqual([
      ['frame', 0.5, row('p1').top + 0.5, WIDTH - 1, row('p1').height - 2, '#b4005a', 1, 4],
      ['frame', WIDTH / 2 - 1, row('p0').top, WIDTH / 2 + 2, row('p0').height - 1, '#b4005a', 2],
    ]);
    expect(drawing.calls).toContainEqual(['rect', WIDTH / 2, 0, WIDTH / 2, HEIGHT, 'rgba(180, 0, 90, 0.09)']);
    expect(drawing.calls).toContainEqual(['rect', WIDTH / 4 - 0.5, 0, 1, HEIGHT, '#b4005a']);
    // Texts are those of spans with room for two letters at least.
    expect(texts(drawing).length).toBeGreaterThan(0);
    expect(texts(drawing).every((text) => (text as string).length >= 2)).toBe(true);
  });

  test('shows nothing of a row below the pinned ones', () => {
    const timeline = timelineOf('crowd-1.26-p4');
    const { parts } = pictureOf(timeline, [], ['p0']);
    const covered = { ...parts, rows: parts.rows.map((row, k) => (k === 0 ? row : { ...row, top: 0 })) };
    const drawing = new Recorder();
    drawOverlay(drawing, covered, nothing, WIDTH, HEIGHT);
    const all = parts.texts.filter(({ row }) => row === 0).length;
    expect(texts(drawing).length).toBeLessThanOrEqual(all);
  });

  test.each([
    ['abcdef', 100, 10, 'abcdef'],
    ['abcdef', 31, 10, 'abcd…'],
    ['abcdef', 12, 10, ''],
    ['a', 7, 10, 'a'],
    ['', 100, 10, ''],
  ])('shortens %j in %d px of size %d to %j', (text, width, size, expected) => {
    expect(fitted(text, width, size)).toBe(expected);
  });
});

describe('instants', () => {
  test('are the log messages and the samples of the trace, on the rows of their P and their goroutine', () => {
    const timeline = timelineOf('notes-1.26-p2');
    const { trace } = timeline;
    const { parts } = pictureOf(timeline, ['goroutines', 'bodies']);
    const logs = [...Array(trace.events.length).keys()].filter((e) => trace.events.type[e] === ev.UserLog);
    expect(logs.length).toBeGreaterThan(0);
    const shown = parts.instants.filter(({ kind }) => kind === 'log');
    const onPs = shown.filter(({ row }) => parts.rows[row]!.kind === 'proc');
    // At most one in each pixel of a row; those that are left are of the trace, with their texts.
    expect(onPs.length).toBeGreaterThan(0);
    for (const { ns, text, roomNs } of shown) {
      expect(logs.map((e) => trace.events.ts[e])).toContain(ns);
      expect(text).not.toBe('');
      expect(roomNs).toBeGreaterThanOrEqual(0);
    }
    const drawing = new Recorder();
    drawOverlay(drawing, { ...parts, texts: [] }, nothing, WIDTH, HEIGHT);
    expect(drawing.calls.filter(([name]) => name === 'triangle').length).toBeGreaterThan(0);
  });

  test('of samples are ticks', () => {
    const timeline = timelineOf('bubbles-1.26-p2');
    const { trace } = timeline;
    // No small trace has samples on a row of its own, so they are made here.
    const samples: Trace['samples'] = {
      length: 3,
      ts: Float64Array.of(10, 20, trace.durationNs - 1),
      p: Int32Array.of(0, 0, -1),
      g: new Uint32Array(3),
      m: new Uint16Array(3),
      stack: new Uint32Array(3),
    };
    const sampled = new Timeline({ ...trace, samples });
    sampled.take({ ...trace, samples });
    sampled.finish();
    const rows = pictureOf(sampled).parts.rows;
    const all = instants(sampled, rows, { fromNs: -1, toNs: trace.durationNs }, 1e6);
    expect(all.map(({ kind, ns, row }) => [kind, ns, rows[row]!.key])).toEqual([
      ['sample', 10, 'p0'],
      ['sample', 20, 'p0'],
    ]);
    // Two in one pixel are one.
    expect(instants(sampled, rows, { fromNs: -1, toNs: trace.durationNs }, 1)).toHaveLength(1);
  });
});

describe('the legend', () => {
  test('has the colours of what is in the picture, each once', () => {
    const { legend } = pictureOf(timelineOf('crowd-1.26-p4'), ['bodies']);
    const names = legend.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(names).toContain('running');
    expect(names).toContain('main.main');
    expect(names).not.toContain('network');
    for (const { colour } of legend) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
  });
});

describe('the saved picture', () => {
  test('is SVG with axis, labels, texts and legend around the pixels', () => {
    const timeline = timelineOf('crowd-1.26-p4');
    const { parts, legend } = pictureOf(timeline, [], ['p0']);
    const saved = {
      parts,
      marked: nothing,
      ticks: ticks(parts.view.range, WIDTH, 100),
      legend: [...legend, { name: 'a <b> & "c"', letter: 'x', colour: '#123456' }],
      width: WIDTH,
      height: HEIGHT,
    };
    const drawing = new SvgDrawing();
    drawSaved(drawing, saved, (x, y) => drawing.image(x, y, WIDTH, HEIGHT, 'data:image/png;base64,AAAA'));
    const { width, height, left, top } = savedLayout(saved);
    const text = drawing.file(width, height, 'Schedule of <crowd>');
    expect(text).toContain(`width="${width}" height="${height}"`);
    expect(text).toContain(`<image x="${left}" y="${top}" width="${WIDTH}" height="${HEIGHT}"`);
    expect(text).toContain('<title>Schedule of &lt;crowd&gt;</title>');
    expect(text).toContain('x a &lt;b&gt; &amp; &quot;c&quot;');
    for (const label of ['Statistics · 3', 'P 0', '500 µs']) expect(text).toContain(`>${label}</text>`);
    // Well formed: every group is closed, every part has its own clip.
    const count = (part: RegExp) => text.match(part)?.length ?? 0;
    expect(count(/<g /g)).toBe(count(/<\/g>/g));
    expect(new Set(text.match(/clipPath id="[^"]+"/g)).size).toBe(count(/<clipPath /g));
    expect(text).not.toMatch(/NaN|undefined/);
  });
});

describe('reports of rows', () => {
  const timeline = timelineOf('notes-1.26-p2');
  const { trace } = timeline;
  const middle = trace.durationNs / 2;

  test('count the goroutines of a body, and of all', () => {
    const all = Object.fromEntries(rowReport(timeline, { kind: 'counts', n: 0 }, middle)!.facts);
    let together = 0;
    for (let body = 0; body < timeline.indexes.bodies.list.length; body++) {
      together += Number(Object.fromEntries(rowReport(timeline, { kind: 'body', n: body }, middle)!.facts).together);
    }
    expect(Number(all.together)).toBe(together);
    expect(rowReport(timeline, { kind: 'counts', n: 0 }, -1)).toBeUndefined();
  });

  test('tell of tasks with their regions', () => {
    const [task] = timeline.tasks;
    const facts = rowReport(timeline, { kind: 'task', n: 0 }, task!.fromNs)!;
    expect(facts.title).toBe(`Task ${task!.id} ${task!.name}`);
    expect(Object.fromEntries(facts.facts).regions).toBe(String(task!.regions.length));
  });

  test('tell of collections when there is one', () => {
    const heap = timelineOf('heap-1.26-p4');
    const { events } = heap.trace;
    const begin = events.type.indexOf(ev.GCStart);
    const report = rowReport(heap, { kind: 'gc', n: 0 }, events.ts[begin]!)!;
    expect(report.title).toBe('Garbage collection');
    expect(Object.fromEntries(report.facts)['begins with']).toBe('GCStart');
    expect(rowReport(heap, { kind: 'gc', n: 0 }, -1)).toBeUndefined();
    expect(rowReport(heap, { kind: 'heap', n: 0 }, heap.trace.durationNs)!.facts[1]![1]).toMatch(/MiB$/);
  });
});

test('the pictures of docs/trace.md are small', () => {
  const names = [...readFileSync('docs/trace.md', 'utf8').matchAll(/\(pictures\/([\w-]+\.png)\)/g)].map(
    ([, name]) => name,
  );
  expect(names).toHaveLength(5);
  const bytes = names.reduce((sum, name) => sum + readFileSync(`docs/pictures/${name}`).length, 0);
  expect(bytes).toBeLessThan(300_000);
});
