// What is measured inside of the page of a trace: pauses of its main thread, time in its scripts, and a tour through the picture.
// Code for a page is text: here are no types for what a page has.

import { pixelOf, themes } from '#src/viewer/timeline/paint.js';

/** What `probeCode` collects in the page, as `globalThis.probe`. */
export interface Probe {
  /** When the worker first said something, in milliseconds since the navigation: from then on the trace is read. */
  readonly readingMs: number;
  /** Pauses between two beats of the main thread of more than PAUSE_MS: when they began, how long they were. */
  readonly pauses: readonly (readonly [number, number])[];
}

/** Milliseconds between two beats, and those of a pause that is worth to be kept. */
const BEAT_MS = 4;
const PAUSE_MS = 12;
/**
 * Callbacks of promises that follow each other, which count as a part of the callback that has resolved the first: the page's
 * own code has two in a row.
 */
const FOLLOWING = 10;

/** Runs before the scripts of the page. */
export const probeCode = `(() => {
  const probe = { readingMs: 0, pauses: [], scriptMs: 0, pictures: 0 };
  globalThis.probe = probe;
  let beat = performance.now();
  setInterval(() => {
    const now = performance.now();
    if (now - beat > ${PAUSE_MS}) probe.pauses.push([beat, now - beat]);
    beat = now;
  }, ${BEAT_MS});

  let depth = 0;
  const timed = (call) => typeof call !== 'function' ? call : function (...args) {
    if (depth > 0) return call.apply(this, args);
    const began = performance.now();
    let left = ${FOLLOWING};
    const follow = () => {
      if (left-- > 0) Promise.resolve().then(follow);
      else probe.scriptMs += performance.now() - began;
    };
    depth++;
    try {
      return call.apply(this, args);
    } finally {
      depth--;
      follow();
    }
  };
  const frame = requestAnimationFrame;
  globalThis.requestAnimationFrame = (call) => frame(timed(call));
  const timer = setTimeout;
  globalThis.setTimeout = (call, ...rest) => timer(timed(call), ...rest);
  const wrapped = new WeakMap();
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type, call, ...rest) {
    if (typeof call === 'function' && !wrapped.has(call)) wrapped.set(call, timed(call));
    return add.call(this, type, wrapped.get(call) ?? call, ...rest);
  };
  EventTarget.prototype.removeEventListener = function (type, call, ...rest) {
    return remove.call(this, type, wrapped.get(call) ?? call, ...rest);
  };
  globalThis.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      add.call(this, 'message', () => { probe.readingMs ||= performance.now(); });
    }
    set onmessage(call) {
      super.onmessage = timed(call);
    }
  };
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...args) {
    if (this.canvas.className === 'pixels') probe.pictures++;
    return put.apply(this, args);
  };
})()`;

/** What a tour saw. */
export interface Tour {
  /** Milliseconds between frames, and milliseconds in scripts in each. */
  readonly frames: readonly number[];
  readonly scripts: readonly number[];
  /** Frames with a new picture. */
  readonly pictures: number;
  /** The longest time without a new picture while the range changed. */
  readonly stillMs: number;
  /** Frames that were looked at, and what was missing in them. */
  readonly looked: number;
  readonly blank: readonly string[];
}

export interface TourPlan {
  readonly seconds: number;
  readonly durationNs: number;
  readonly goroutines: number;
  /** Every so many frames the pixels are looked at, which takes time; 0 for never. */
  readonly lookEvery: number;
}

/** The end of zooming in. */
const SHORTEST_NS = 1000;
/** Height of a row of a goroutine, and of all others, in CSS pixels. */
const GOROUTINE_HEIGHT = 20;
const OTHERS_HEIGHT = 3000;

/**
 * The tour: zooming from all to a microsecond, panning, back, and scrolling through all rows of goroutines.
 *
 * A frame is blank where a row with a label has not been painted: its last line is not the line between rows; or where there is no
 * row although there are more of them.
 */
export function tourCode({ seconds, durationNs, goroutines, lookEvery }: TourPlan): string {
  const zoom = 100 * Math.log2((1.04 * durationNs) / SHORTEST_NS);
  const height = OTHERS_HEIGHT + GOROUTINE_HEIGHT * goroutines;
  const lines = [themes.light, themes.dark].map((theme) => pixelOf(theme.line));
  return `(async () => {
    const place = document.querySelector('.picture');
    const canvas = document.querySelector('canvas.pixels');
    const context = canvas.getContext('2d');
    const box = place.getBoundingClientRect();
    const wheel = (deltaX, deltaY, ctrlKey = false) => place.dispatchEvent(new WheelEvent('wheel', {
      deltaX, deltaY, ctrlKey, clientX: box.left + box.width * 0.4, clientY: box.top + 200, bubbles: true, cancelable: true,
    }));
    const lines = ${JSON.stringify(lines)};
    const look = () => {
      const ratio = canvas.width / box.width;
      const { data } = context.getImageData(canvas.width >> 1, 0, 1, canvas.height);
      const column = new Uint32Array(data.buffer);
      let bottom = 0;
      for (const label of document.querySelectorAll('.label')) {
        const end = parseFloat(label.style.top) + parseFloat(label.style.height);
        bottom = Math.max(bottom, end);
        const y = Math.round(end * ratio) - 1;
        if (y >= 0 && y < column.length && !lines.includes(column[y])) return label.title + ' is not painted';
      }
      return bottom < box.height - 1 && isScrolling && ${goroutines} > 1000 ? 'nothing below ' + bottom : undefined;
    };
    const frames = [];
    const scripts = [];
    const blank = [];
    let [looked, stillMs, isScrolling] = [0, 0, false];
    let [zoomed, scrolled] = [0, 0];
    const before = probe.pictures;
    let [pictures, pictureMs] = [before, performance.now()];
    const began = performance.now();
    let last = began;
    await new Promise((done) => {
      const step = () => {
        const now = performance.now();
        frames.push(now - last);
        scripts.push(probe.scriptMs);
        probe.scriptMs = 0;
        last = now;
        if (probe.pictures > pictures) [pictures, pictureMs] = [probe.pictures, now];
        else if (!isScrolling) stillMs = Math.max(stillMs, now - pictureMs);
        if (${lookEvery} > 0 && frames.length % ${lookEvery || 1} === 0) {
          looked++;
          const missing = look();
          if (missing !== undefined) blank.push(missing);
        }
        const at = (now - began) / ${1000 * seconds};
        if (at > 1) return done();
        requestAnimationFrame(step);
        setTimeout(move, 0, at);
      };
      // What a hand does comes between two frames.
      const move = (at) => {
        const to = ${zoom} * (at < 0.3 ? at / 0.3 : at < 0.45 ? 1 : Math.max(0, (0.75 - at) / 0.3));
        if (Math.abs(to - zoomed) > 0) {
          wheel(0, zoomed - to, true);
          zoomed = to;
        } else if (at < 0.45) wheel(23, 0);
        else {
          // At first as a hand would, then through all of them.
          const y = at < 0.85 ? 12000 * (at - 0.75) : 1200 + ${height} * ((at - 0.85) / 0.14);
          wheel(0, y - scrolled);
          scrolled = y;
          isScrolling = true;
        }
      };
      requestAnimationFrame(step);
    });
    return { frames, scripts, blank, looked, stillMs, pictures: probe.pictures - before };
  })()`;
}
