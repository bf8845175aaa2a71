// The worker of the page: reads the trace, has its indexes, paints its pictures.

import type { Trace } from '../../../trace/model.js';
import { Analyses } from '../../timeline/analyses.js';
import { arrows } from '../../timeline/arrows.js';
import { instants } from '../../timeline/instants.js';
import { Timeline } from '../../timeline/model.js';
import { type Pixels, pixelOf, themes } from '../../timeline/paint.js';
import { litPieces } from '../../timeline/pathrows.js';
import { Painter } from '../../timeline/picture.js';
import { reasonsOf } from '../../timeline/reasons.js';
import { rowReport } from '../../timeline/rowreports.js';
import { Layout } from '../../timeline/rows.js';
import { spanAt, spanFrom, spansIn } from '../../timeline/spans.js';
import {
  alikeReport,
  findingOf,
  goroutineRows,
  nextAlike,
  nextMatchOf,
  pathReport,
  rangeReport,
  type Shown,
  stepOf,
} from './answers.js';
import type { Asked, Picture, Progress, Questions, Told, View } from './protocol.js';
import { bytesOfParts, Pause, readTrace } from './reading.js';

const post = (told: Told, transfer: Transferable[] = []) => postMessage(told, { transfer });

let timeline: Timeline | undefined;
let reading = new AbortController();
const pause = new Pause();
let analyses: Analyses | undefined;
/** Milliseconds between two times at which the page is told how many bytes are read, and when it was told last. */
const OFTEN_MS = 50;
let toldMs = 0;
const progress = { read: 0, size: 0, isWhole: false };
/** The rows of the last view, and what they were made of. */
let laidOut:
  | {
      readonly of: string;
      readonly timeline: Timeline;
      readonly events: number;
      readonly goroutines: Uint32Array | undefined;
      readonly layout: Layout;
    }
  | undefined;

/** Answers to questions, see Questions in protocol.ts. */
const answers: { readonly [Q in keyof Questions]: (...args: Parameters<Questions[Q]>) => unknown } = {
  async open(place) {
    reading.abort();
    reading = new AbortController();
    const { signal } = reading;
    timeline = undefined;
    laidOut = undefined;
    analyses = undefined;
    Object.assign(progress, { read: 0, size: 0, isWhole: false });
    tell();
    const { trace, broken } = await readTrace(
      place,
      {
        onTrace: take,
        onProgress(read, size) {
          Object.assign(progress, { read, size });
          if (performance.now() - toldMs >= OFTEN_MS) tell();
        },
        goOn: () => pause.over(),
      },
      signal,
    );
    take(trace);
    timeline!.finish();
    progress.isWhole = true;
    tell();
    if (broken !== '') return `${broken}; what had come is shown`;
    const { cut } = trace;
    return cut === undefined ? '' : `The file is cut or broken after byte ${cut.offset} of ${cut.size}.`;
  },

  picture(view, spare) {
    const painted = shown((of) => paint(of, view, spare));
    if (painted !== undefined && !progress.isWhole) pause.begin();
    return painted;
  },

  shown() {
    pause.end();
    return undefined;
  },

  overview(width, height, isDark) {
    if (timeline === undefined) return undefined;
    const { durationNs } = timeline.trace;
    const pixels: Pixels = { data: new Uint32Array(width * height), width };
    const frame = {
      scale: { fromNs: 0, nsPerPixel: Math.max(durationNs, 1) / width, width },
      pixels,
      theme: isDark ? themes.dark : themes.light,
      ratio: 1,
    };
    const painter = new Painter(timeline, frame, undefined);
    const row = { kind: 'ps', n: 0, key: 'ps', top: 0, height, depth: 0, isOpen: undefined } as const;
    painter.paint(row, 0, height, { top: 0, bottom: height });
    return pixels.data.buffer;
  },

  pick(key, ns) {
    const row = timeline?.rowWith(key);
    return row === undefined ? undefined : spanAt(timeline!, row, ns);
  },

  report(key, ns) {
    const row = timeline?.rowWith(key);
    return row === undefined ? undefined : rowReport(timeline!, row, ns);
  },

  span(event, key) {
    if (timeline === undefined || (timeline.indexes.moves[event] ?? 0) === 0) return undefined;
    return spanFrom(timeline, event, key);
  },

  reasons: (event) => shown((of) => reasonsOf(of.timeline, of.analyses, event)),
  alike: (event) => shown((of) => alikeReport(of, event)),
  step: (event, by) => shown((of) => stepOf(of, event, by)),
  nextAlike: (event, by) => shown((of) => nextAlike(of, event, by)),
  nextMatch: (query, event, by) => shown((of) => nextMatchOf(of, query, event, by)),
  find: (query) => shown((of) => findingOf(of, query)) ?? { count: 0, totalNs: 0, longest: [], wrong: '' },
  sums: (range) => shown((of) => rangeReport(of, range)),
  goroutines: (ordering, from, count) => shown((of) => goroutineRows(of, ordering, from, count)),
  path: () => shown(pathReport),

  neighbour: (view, key, by, near) =>
    shown((of) => {
      const row = layoutOf(of, view).neighbour(key, by, near);
      return row && { key: row.key, top: row.top, height: row.height };
    }),
  spansIn(key, range, limit) {
    const row = timeline?.rowWith(key);
    return row === undefined ? [] : spansIn(timeline!, row, range, limit);
  },

  topOf: (view, key) =>
    shown((of) => {
      const layout = layoutOf(of, view);
      const top = layout.topOf(key);
      return top === undefined ? undefined : { top, height: layout.height + layout.pinnedHeight };
    }),
};

/** What `answer` says of the trace; undefined if there is none yet. */
function shown<T>(answer: (of: Shown) => T): T | undefined {
  return timeline === undefined || analyses === undefined ? undefined : answer({ timeline, analyses });
}

function take(trace: Trace): void {
  timeline ??= new Timeline(trace);
  analyses ??= new Analyses(timeline);
  timeline.take(trace);
  tell();
}

/** Says how far reading is. */
function tell(): void {
  toldMs = performance.now();
  const trace = timeline?.trace;
  const { columnBytes, tableBytes } = trace === undefined ? { columnBytes: 0, tableBytes: 0 } : bytesOfParts(trace);
  const clock = trace?.generations.find((generation) => generation.clock !== undefined)?.clock;
  const told: Progress = {
    ...progress,
    events: trace?.events.length ?? 0,
    goroutines: Math.max(0, (trace?.goroutines.length ?? 0) - 1),
    durationNs: trace?.durationNs ?? 0,
    procs: trace?.procs ?? 0,
    version: trace?.version ?? 0,
    beganMs: clock && Number(clock.wallNs) / 1e6 - clock.traceNs / 1e6,
    columnBytes,
    tableBytes,
    indexBytes: timeline?.bytes ?? 0,
  };
  post({ progress: told });
}

function layoutOf({ timeline: shown, analyses: known }: Shown, view: View): Layout {
  const { toggled, pinned, hidden, order } = view;
  shown.order = known.order(view);
  const of = JSON.stringify([toggled, pinned, hidden, order]);
  const events = shown.indexes.length;
  const isSame = laidOut?.of === of && laidOut.timeline === shown && laidOut.events === events;
  if (laidOut === undefined || !isSame || laidOut.goroutines !== shown.order) {
    const choice = { toggled: new Set(toggled), pinned, hidden: new Set(hidden), order };
    laidOut = { of, timeline: shown, events, goroutines: shown.order, layout: new Layout(shown, choice) };
  }
  return laidOut.layout;
}

function paint(of: Shown, view: View, spare: ArrayBuffer | undefined): Picture {
  const { width, height, ratio, range, isDark } = view;
  const { timeline: shown, analyses: known } = of;
  const layout = layoutOf(of, view);
  const size = 4 * width * height;
  const data = new Uint32Array(spare?.byteLength === size ? spare : new ArrayBuffer(size));
  const theme = isDark ? themes.dark : themes.light;
  const pinnedHeight = Math.min(layout.pinnedHeight, height / ratio / 2);
  const edge = Math.round(pinnedHeight * ratio);
  const scale = { fromNs: range.fromNs, nsPerPixel: (range.toNs - range.fromNs) / width, width };
  const filter = known.tryToFind(view.query)?.filter;
  const painter = new Painter(shown, { scale, pixels: { data, width }, theme, ratio }, filter);
  const device = (y: number) => Math.round(y * ratio);
  for (const row of layout.pinned) {
    painter.paint(row, device(row.top), device(row.top + row.height), { top: 0, bottom: edge });
  }
  let painted = edge;
  const visible = height / ratio - pinnedHeight;
  for (const row of layout.between(view.scrollTop, view.scrollTop + visible)) {
    const top = row.top - view.scrollTop + pinnedHeight;
    const placed = { ...row, top };
    painter.paint(placed, device(top), device(top + row.height), { top: edge, bottom: height });
    painted = Math.min(height, device(top + row.height));
  }
  data.fill(pixelOf(theme.ground), painted * width);
  return {
    view,
    pixels: data.buffer as ArrayBuffer,
    rows: painter.rows,
    texts: painter.texts,
    arrows: arrows(shown, painter.rows, range, view.selected),
    instants: instants(shown, painter.rows, range, width),
    legend: painter.legend,
    path: view.showsPath && shown.isWhole ? litPieces(known.path, painter.rows, range, width) : [],
    rowsHeight: layout.height,
    pinnedHeight,
    rowCount: layout.count,
    isWhole: shown.isWhole,
    groups: layout.groups,
    events: shown.indexes.length,
    indexBytes: shown.bytes + known.bytes,
  };
}

addEventListener('message', async ({ data }: MessageEvent<Asked>) => {
  const { id, question, args } = data;
  try {
    const answer = await (answers[question] as (...args: readonly unknown[]) => unknown)(...args);
    const transfer = question === 'picture' && answer !== undefined ? [(answer as Picture).pixels] : [];
    post({ id, answer }, transfer);
  } catch (error) {
    post({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
