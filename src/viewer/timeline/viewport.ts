// The viewport: which part of the time is shown, and how zooming and panning change it. Panning is by whole pixels, so that a
// pixel keeps its time and its colour; zooming keeps the time under the pointer.

/** A part of the time, in nanoseconds since the trace's beginning; may be fractions. */
export interface Range {
  readonly fromNs: number;
  readonly toNs: number;
}

/** The shortest part that can be shown, in nanoseconds: times are whole nanoseconds. */
export const SHORTEST = 20;
/** Share of the shown time by which the picture may reach beyond the trace. */
const MARGIN = 0.02;

/** The whole trace, with a margin on both sides. */
export function whole(durationNs: number): Range {
  const margin = Math.max(durationNs, SHORTEST) * MARGIN;
  return { fromNs: -margin, toNs: Math.max(durationNs, SHORTEST) + margin };
}

/** Nanoseconds of a pixel. */
export function nsPerPixel({ fromNs, toNs }: Range, width: number): number {
  return (toNs - fromNs) / Math.max(1, width);
}

/** The time at a pixel. */
export function timeAt(range: Range, width: number, x: number): number {
  return range.fromNs + x * nsPerPixel(range, width);
}

/** The pixel of a time; may be a fraction, and outside of the picture. */
export function pixelOf(range: Range, width: number, ns: number): number {
  return (ns - range.fromNs) / nsPerPixel(range, width);
}

/** The range within what can be shown: not shorter than SHORTEST, not longer than the trace with its margins, not beyond them. */
export function clamped({ fromNs, toNs }: Range, durationNs: number): Range {
  const most = whole(durationNs);
  const length = Math.min(Math.max(toNs - fromNs, SHORTEST), most.toNs - most.fromNs);
  let from = (fromNs + toNs - length) / 2;
  // What is beyond the trace is at most half of the picture, so that its ends can be looked at in the middle.
  from = Math.min(
    Math.max(from, Math.min(most.fromNs, -length / 2)),
    Math.max(most.toNs, durationNs + length / 2) - length,
  );
  return { fromNs: from, toNs: from + length };
}

/** Zooms by a factor, over 1 to see less, and keeps the time at pixel x where it is. */
export function zoomed(range: Range, width: number, x: number, factor: number, durationNs: number): Range {
  const at = timeAt(range, width, x);
  const most = whole(durationNs);
  const span = range.toNs - range.fromNs;
  const length = Math.min(Math.max(span / factor, SHORTEST), most.toNs - most.fromNs);
  const from = at - ((at - range.fromNs) * length) / span;
  return clamped({ fromNs: from, toNs: from + length }, durationNs);
}

/** Moves the range by whole pixels: to the right, if there are more than 0. */
export function panned(range: Range, width: number, pixels: number, durationNs: number): Range {
  const by = Math.round(pixels) * nsPerPixel(range, width);
  return clamped({ fromNs: range.fromNs + by, toNs: range.toNs + by }, durationNs);
}

/** The range that shows a span with some room on both sides. */
export function fit(fromNs: number, toNs: number, durationNs: number): Range {
  const room = Math.max((toNs - fromNs) * 0.1, SHORTEST / 2);
  return clamped({ fromNs: fromNs - room, toNs: toNs + room }, durationNs);
}

/** A line of the time axis. */
export interface Tick {
  readonly ns: number;
  readonly text: string;
}

/** Units of time, the largest first. */
const units = [
  { ns: 1e9, name: 's' },
  { ns: 1e6, name: 'ms' },
  { ns: 1e3, name: 'µs' },
  { ns: 1, name: 'ns' },
] as const;

/** The distance of ticks that are at least so far apart: 1, 2 or 5 times a power of ten. */
export function tickStep(leastNs: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(leastNs, 1)));
  for (const k of [1, 2, 5]) if (k * power >= leastNs) return Math.max(1, k * power);
  return 10 * power;
}

/** The ticks of an axis, at least so many pixels apart. */
export function ticks(range: Range, width: number, pixels: number): Tick[] {
  const step = tickStep(nsPerPixel(range, width) * pixels);
  const list: Tick[] = [];
  for (let k = Math.ceil(range.fromNs / step); k * step <= range.toNs; k++) {
    list.push({ ns: k * step, text: momentText(k * step, step) });
  }
  return list;
}

/** A time in the largest unit in which it has a whole part, with the digits that tell multiples of `stepNs` apart. */
export function momentText(ns: number, stepNs = 1): string {
  if (ns === 0) return '0';
  const size = Math.abs(ns);
  const unit = units.find((each) => size >= each.ns) ?? units[3];
  const digits = Math.min(9, Math.max(0, Math.ceil(Math.log10(unit.ns / stepNs) - 1e-9)));
  return `${(ns / unit.ns).toFixed(digits)} ${unit.name}`;
}

/** A duration with three or more digits: `1.234 ms`. */
export function lengthText(ns: number): string {
  const size = Math.abs(ns);
  const unit = units.find((each) => size >= each.ns) ?? units[3];
  const value = ns / unit.ns;
  const digits = unit.ns === 1 ? 0 : Math.max(0, 3 - Math.ceil(Math.log10(Math.max(1, Math.abs(value)) + 1e-9)));
  return `${value.toFixed(Math.max(digits, unit.ns === 1 ? 0 : 1))} ${unit.name}`;
}
