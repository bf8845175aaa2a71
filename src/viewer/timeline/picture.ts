// The picture of the rows that are shown: pixels, names of rows, and texts for spans that have room for one.

import { firstAbove } from '../../lib/ascending.js';
import { lastEventAt } from '../../trace/analysis/histories.js';
import { eventName } from '../../trace/event.js';
import { argOf } from '../../trace/model.js';
import { activityClasses, type Class, colourOf, procClasses } from './classes.js';
import type { Filter } from './filter.js';
import type { EventList } from './indexes.js';
import { Legend, type LegendEntry } from './legend.js';
import type { Timeline } from './model.js';
import {
  area,
  band,
  edges,
  type Means,
  marks,
  mix,
  type Palette,
  type Pixels,
  paletteOf,
  peak,
  pixelOf,
  roundUp,
  stacked,
  type Theme,
} from './paint.js';
import { labelOf, withoutPath } from './rowlabels.js';
import type { PlacedRow } from './rows.js';
import { CLASSES, type Scale, type Track } from './track.js';

/** A text on a span, in device pixels. */
export interface SpanText {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** True if it stands on a dark colour. */
  readonly isOnDark: boolean;
}

/** A row with what its label says. */
export interface LabelledRow extends PlacedRow {
  readonly label: string;
  /** A figure of the time that is shown: the share in which a P is busy, the number at the top of an area. */
  readonly note: string;
}

/** Where rows are painted. */
export interface Frame {
  readonly scale: Scale;
  readonly pixels: Pixels;
  readonly theme: Theme;
  /** Device pixels of a CSS pixel. */
  readonly ratio: number;
}

/** Width of a span, in CSS pixels, from which on it has a text; and the most texts of a picture. */
const TEXT_WIDTH = 22;
const MAX_TEXTS = 2000;

/** Paints rows, one after the other. */
export class Painter {
  readonly #timeline: Timeline;
  readonly #frame: Frame;
  readonly #filter: Filter | undefined;
  readonly #means: Float64Array;
  readonly #matching: Float64Array;
  readonly #line: Uint32Array;
  /** One row, all of which is painted each time. */
  #scratch = new Uint32Array(0);
  readonly #activities: Palette;
  readonly #procs: Palette;
  readonly texts: SpanText[] = [];
  readonly rows: LabelledRow[] = [];
  readonly #legend: Legend;

  constructor(timeline: Timeline, frame: Frame, filter: Filter | undefined) {
    const { width } = frame.scale;
    this.#timeline = timeline;
    this.#frame = frame;
    this.#filter = filter;
    this.#means = new Float64Array(CLASSES * width);
    this.#matching = filter === undefined ? this.#means : new Float64Array(CLASSES * width);
    this.#line = new Uint32Array(width);
    this.#activities = paletteOf(activityClasses, frame.theme);
    this.#procs = paletteOf(procClasses, frame.theme);
    this.#legend = new Legend(timeline.indexes.bodies, frame.theme.isDark);
  }

  /**
   * Paints a row into part of the picture, and adds its label and its texts.
   *
   * @param top, bottom of the row in device pixels; they may be outside of `clip`, which is where it may paint
   */
  paint(row: PlacedRow, top: number, bottom: number, clip: { readonly top: number; readonly bottom: number }): void {
    const { width } = this.#frame.scale;
    const height = bottom - top;
    // The last line of a row is the line between it and the next one.
    if (this.#scratch.length < width * height) this.#scratch = new Uint32Array(width * height);
    const scratch: Pixels = { data: this.#scratch.subarray(0, width * height), width };
    const note = this.#content(row, scratch, height - 1);
    scratch.data.fill(pixelOf(this.#frame.theme.line), (height - 1) * width);
    const from = Math.max(top, clip.top);
    const to = Math.min(bottom, clip.bottom);
    if (to > from) {
      this.#frame.pixels.data.set(scratch.data.subarray((from - top) * width, (to - top) * width), from * width);
    }
    this.rows.push({ ...row, label: labelOf(this.#timeline, row), note });
  }

  /** The colours of what has been painted. */
  get legend(): LegendEntry[] {
    return this.#legend.entries();
  }

  /** @returns the note of the row */
  #content(row: PlacedRow, pixels: Pixels, height: number): string {
    const { indexes } = this.#timeline;
    switch (row.kind) {
      case 'group':
        pixels.data.fill(pixelOf(mixed(this.#frame.theme)));
        return '';
      case 'ps':
        return this.#allProcs(pixels, height);
      case 'proc':
        return this.#single(indexes.ps[row.n]!, pixels, height, procClasses, this.#procs);
      case 'thread':
        return this.#single(this.#timeline.threads[row.n]!, pixels, height, procClasses, this.#procs);
      case 'goroutine':
        this.#single(this.#timeline.goroutineTrack(row.n), pixels, height, activityClasses, this.#activities);
        return '';
      case 'gc':
        return this.#single(indexes.collections, pixels, height, rangeClasses, this.#procs);
      case 'stw':
        return this.#single(indexes.stops, pixels, height, rangeClasses, this.#procs);
      case 'body':
        return this.#area(indexes.bodyTracks[row.n], pixels, height);
      case 'counts':
        return this.#area(indexes.all, pixels, height);
      case 'threadcounts':
        return this.#area(indexes.threads, pixels, height);
      case 'object':
        return this.#area(this.#timeline.objects[row.n]!.track, pixels, height);
      case 'heap':
        return this.#heap(pixels, height);
      case 'task':
        return this.#task(row, pixels, height);
      default:
        return this.#marks(row.kind, pixels, height);
    }
  }

  /** Computes the means of a track. */
  #meansOf(track: Track, isFiltered: boolean, onWide?: (change: number, from: number, to: number) => void): Means {
    const { events, durationNs } = this.#timeline.trace;
    const { scale } = this.#frame;
    track.means(events.ts, scale, durationNs, this.#means, onWide);
    const matching = isFiltered ? this.#filter?.of(track) : undefined;
    if (matching === undefined) return { all: this.#means, matching: undefined, used: track.used };
    this.#matching.fill(0);
    matching.means(events.ts, scale, durationNs, this.#matching);
    return { all: this.#means, matching: this.#matching, used: track.used };
  }

  /** A track with one thing. */
  #single(track: Track, pixels: Pixels, height: number, classes: readonly Class[], palette: Palette): string {
    const { width } = this.#frame.scale;
    const spans: number[] = [];
    const means = this.#meansOf(track, classes !== rangeClasses, (change, from, to) => {
      const c = track.classAfter(change);
      if (c === 0) return;
      spans.push(from, to);
      this.#text(track, change, c, from, to, classes);
    });
    this.#legend.see(means, classes, width);
    mix(means, palette, width, this.#line);
    band(pixels, this.#line, 0, height);
    edges(pixels, spans, 0, height, this.#frame.theme);
    return this.#busy(means);
  }

  #text(track: Track, change: number, c: number, from: number, to: number, classes: readonly Class[]): void {
    const { width } = this.#frame.scale;
    const { ratio, theme } = this.#frame;
    const [left, right] = [Math.max(from, 0), Math.min(to, width)];
    if (right - left < TEXT_WIDTH * ratio || this.texts.length >= MAX_TEXTS) return;
    const event = track.event(change);
    const colour = this.#isDimmed(event) ? theme.ground : colourOf(classes[c]!, theme.isDark);
    const text = spanText(this.#timeline, event, c, classes);
    if (text !== '')
      this.texts.push({ row: this.rows.length, from: left, to: right, text, isOnDark: isDarkColour(colour) });
  }

  /** True if the query leaves out the span that an event begins. */
  #isDimmed(event: number): boolean {
    return this.#filter !== undefined && !this.#filter.has(event);
  }

  /** Share of the shown part of the trace in which the row is in any class. */
  #busy({ all, used }: Means): string {
    const { width, fromNs, nsPerPixel } = this.#frame.scale;
    const { durationNs } = this.#timeline.trace;
    const shown = Math.min(durationNs, fromNs + width * nsPerPixel) - Math.max(0, fromNs);
    if (shown <= 0) return '';
    let sum = 0;
    for (const c of used) for (let x = 0; x < width; x++) sum += all[c * width + x]!;
    return `${((100 * sum * nsPerPixel) / shown).toFixed(1)}%`;
  }

  /** A track of many things. */
  #area(track: Track | undefined, pixels: Pixels, height: number): string {
    const { width } = this.#frame.scale;
    if (track === undefined) {
      pixels.data.fill(pixelOf(this.#frame.theme.ground));
      return '';
    }
    const means = this.#meansOf(track, track !== this.#timeline.indexes.threads);
    if (track !== this.#timeline.indexes.threads) this.#legend.see(means, activityClasses, width);
    const most = roundUp(peak(means, width));
    area(pixels, means, this.#activities, 0, height, most, stacked(means.used));
    return String(most);
  }

  /** What all Ps run: the overview of the trace. */
  #allProcs(pixels: Pixels, height: number): string {
    const { events, durationNs } = this.#timeline.trace;
    const { scale } = this.#frame;
    const all = new Float64Array(CLASSES * scale.width);
    const used = new Set<number>();
    const { ps } = this.#timeline.indexes;
    for (const track of ps) {
      track.means(events.ts, scale, durationNs, this.#means);
      for (const c of track.used) {
        used.add(c);
        for (let k = c * scale.width; k < (c + 1) * scale.width; k++) all[k]! += this.#means[k]!;
      }
    }
    const classes = [...used].sort((a, b) => a - b);
    const means = { all, matching: undefined, used: classes };
    area(pixels, means, this.#procs, 0, height, Math.max(1, ps.length), classes);
    return '';
  }

  /** The size of the heap: an area of what is allocated, and a line where the next collection begins. */
  #heap(pixels: Pixels, height: number): string {
    const { indexes } = this.#timeline;
    const { width } = this.#frame.scale;
    const allocated = this.#levels(indexes.heap);
    const goal = this.#levels(indexes.goals);
    const most = roundUp(Math.max(1, ...allocated, ...goal) / 2 ** 20) * 2 ** 20;
    const all = new Float64Array(2 * width);
    all.set(allocated, width);
    area(pixels, { all, matching: undefined, used: [1] }, this.#activities, 0, height, most, [1]);
    const ink = pixelOf(this.#frame.theme.ink);
    for (let x = 0; x < width; x++) {
      if (goal[x]! <= 0) continue;
      pixels.data[Math.max(0, Math.round(height - 1 - (goal[x]! / most) * (height - 1))) * width + x] = ink;
    }
    return `${most / 2 ** 20} MiB`;
  }

  /** The mean of a size in each pixel, of events that say what it is from then on. */
  #levels({ at, length }: EventList): Float64Array {
    const { events, durationNs } = this.#timeline.trace;
    const { fromNs, nsPerPixel, width } = this.#frame.scale;
    const levels = new Float64Array(width);
    let k = firstAbove(at, lastEventAt(events, fromNs), 0, length);
    let value = k === 0 ? 0 : argOf(events, at[k - 1]!);
    for (let x = 0; x < width; x++) {
      let left = fromNs + x * nsPerPixel;
      const right = Math.min(left + nsPerPixel, durationNs);
      if (left >= durationNs) break;
      let sum = 0;
      for (; k < length && events.ts[at[k]!]! < right; k++) {
        sum += value * (events.ts[at[k]!]! - left);
        left = events.ts[at[k]!]!;
        value = argOf(events, at[k]!);
      }
      levels[x] = (sum + value * (right - left)) / nsPerPixel;
    }
    return levels;
  }

  #task(row: PlacedRow, pixels: Pixels, height: number): string {
    const task = this.#timeline.tasks[row.n]!;
    const { trace } = this.#timeline;
    const { scale, theme } = this.#frame;
    const place = (ns: number) => (ns - scale.fromNs) / scale.nsPerPixel;
    pixels.data.fill(pixelOf(theme.ground));
    const { width } = scale;
    const share = new Float64Array(CLASSES * width);
    cover(share.subarray(width, 2 * width), place(task.fromNs), place(task.toNs));
    mix({ all: share, matching: undefined, used: [1] }, this.#procs, width, this.#line);
    band(pixels, this.#line, 0, height);
    const spans = [place(task.fromNs), place(task.toNs)];
    const inner = Math.max(2, Math.floor(height * 0.25));
    for (const e of task.regions) {
      const end = trace.events.link[e]!;
      const [from, to] = [place(trace.events.ts[e]!), place(end < 0 ? trace.durationNs : trace.events.ts[end]!)];
      if (to < 0 || from > width) continue;
      const region = new Float64Array(CLASSES * width);
      const c = 3 + (argOf(trace.events, e, 2) % 10);
      cover(region.subarray(c * width, (c + 1) * width), from, to);
      mix({ all: region, matching: undefined, used: [c] }, this.#procs, width, this.#line);
      const [x0, x1] = [Math.max(0, Math.floor(from)), Math.min(width, Math.ceil(to))];
      for (let y = inner; y < height; y++) pixels.data.set(this.#line.subarray(x0, x1), y * width + x0);
      if (to - from >= TEXT_WIDTH * this.#frame.ratio && this.texts.length < MAX_TEXTS) {
        const text = trace.strings[argOf(trace.events, e, 2)] ?? '';
        this.texts.push({
          row: this.rows.length,
          from: Math.max(0, from),
          to: Math.min(to, width),
          text,
          isOnDark: true,
        });
      }
    }
    edges(pixels, spans, 0, height, theme);
    return '';
  }

  #marks(kind: PlacedRow['kind'], pixels: Pixels, height: number): string {
    const { scale, theme } = this.#frame;
    const { events } = this.#timeline.trace;
    const lists = [...this.#timeline.indexes.fromOutside.values()];
    const { at, length } = lists[kind === 'network' ? 0 : kind === 'timers' ? 1 : 2]!;
    const counts = new Uint32Array(scale.width);
    // There may be millions: those of a pixel are the difference of two searches.
    const until = (x: number) => {
      const ns = scale.fromNs + x * scale.nsPerPixel;
      return firstAbove(at, lastEventAt(events, Math.ceil(ns) - 1), 0, length);
    };
    const first = until(0);
    let before = first;
    for (let x = 0; x < scale.width && before < length; x++) {
      const next = until(x + 1);
      counts[x] = next - before;
      before = next;
    }
    marks(pixels, counts, 0, height, theme, theme.ink);
    return String(before - first);
  }
}

/** Classes of ranges of the runtime. */
const rangeClasses: readonly Class[] = procClasses.map((each, c) =>
  c === 1 ? { ...each, name: 'in progress' } : each,
);

/** Adds the share of each pixel that a span covers. */
function cover(shares: Float64Array, from: number, to: number): void {
  const last = Math.min(shares.length, Math.ceil(to));
  for (let x = Math.max(0, Math.floor(from)); x < last; x++) shares[x] = Math.min(x + 1, to) - Math.max(x, from);
}

/** The colour of the head of a group. */
function mixed({ isDark }: Theme): number {
  return isDark ? 0x22252c : 0xf3f4f6;
}

/** True if white is easier to read on a colour than black. */
function isDarkColour(colour: number): boolean {
  return 0.299 * (colour >> 16) + 0.587 * ((colour >> 8) & 255) + 0.114 * (colour & 255) < 140;
}

/** The text of a span that an event begins. */
function spanText({ trace, indexes }: Timeline, e: number, c: number, classes: readonly Class[]): string {
  const { events, goroutines } = trace;
  if (classes === activityClasses) return classes[c]!.name;
  if (classes === rangeClasses) return eventName(events.type[e]!).replace(/Start$/, '');
  const g = events.g[e]!;
  const name = withoutPath(indexes.bodies.list[indexes.bodies.of[g]!]?.name ?? '');
  return `G${goroutines.id[g]} ${name}`;
}
