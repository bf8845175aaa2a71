// The pointer: wheel, mouse, pen and fingers on the parts of the time line.

import { panned, type Range, timeAt, whole, zoomed } from '../../timeline/viewport.js';
import { ask } from './client.js';
import { pickAt } from './selection.js';
import { choose, chosen, durationNs, mode, mostScroll, range, scrollTo, show, size } from './state.js';

/** Pixels of a line and of a page, for wheels that count these. */
const LINE = 20;
/** How much a notch of the wheel zooms: a hundred pixels double. */
const ZOOM_PER_PIXEL = Math.LN2 / 100;
/** Pixels that the pointer may move in a click. */
const STILL = 4;

function wheelPixels({ deltaX, deltaY, deltaMode }: WheelEvent): { readonly x: number; readonly y: number } {
  const unit = deltaMode === 1 ? LINE : deltaMode === 2 ? size.value.height : 1;
  return { x: deltaX * unit, y: deltaY * unit };
}

/** Zooms at a pixel of the picture. */
export function zoomAt(x: number, factor: number): void {
  show(zoomed(range.value, size.value.width, x, factor, durationNs.value));
}

/** Moves the shown time by pixels. */
export function panBy(pixels: number): void {
  show(panned(range.value, size.value.width, pixels, durationNs.value));
}

/** The wheel over the picture: scrolls the rows; with ctrl, alt or the command key it zooms, with shift it pans. */
export function onWheel(event: WheelEvent): void {
  event.preventDefault();
  const { x, y } = wheelPixels(event);
  if (event.ctrlKey || event.metaKey || event.altKey) {
    zoomAt(event.offsetX, Math.exp(-y * ZOOM_PER_PIXEL));
    return;
  }
  if (event.shiftKey || Math.abs(x) > Math.abs(y)) panBy(x === 0 ? y : x);
  else scrollTo(chosen.value.scrollTop + y);
}

/** The wheel over the axis and the overview: zooms. */
export function onZoomWheel(event: WheelEvent): void {
  event.preventDefault();
  const { x, y } = wheelPixels(event);
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  if (event.shiftKey || Math.abs(x) > Math.abs(y)) panBy(x === 0 ? y : x);
  else zoomAt(event.clientX - box.left, Math.exp(-y * ZOOM_PER_PIXEL));
}

/** What is done while a pointer is pressed and moves; `from` and `to` are pixels of the element. */
interface Drag {
  move(to: Point, by: Point): void;
  /** @param isClick true if it has hardly moved */
  end(to: Point, isClick: boolean): void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Follows pointers on an element. Two fingers pinch. @returns a function that ends it */
function onPointer(element: HTMLElement, begin: (at: Point, event: PointerEvent) => Drag): () => void {
  const fingers = new Map<number, Point>();
  let drag: Drag | undefined;
  let start: Point = { x: 0, y: 0 };
  let last: Point = start;
  let isClick = true;
  const pointOf = (event: PointerEvent): Point => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const at = pointOf(event);
    fingers.set(event.pointerId, at);
    element.setPointerCapture(event.pointerId);
    if (fingers.size > 1) {
      drag = undefined;
      return;
    }
    start = at;
    last = at;
    isClick = true;
    drag = begin(at, event);
  };
  const move = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) return;
    const at = pointOf(event);
    if (fingers.size === 2) pinch(fingers, event.pointerId, at);
    fingers.set(event.pointerId, at);
    if (drag === undefined) return;
    if (isClick && Math.hypot(at.x - start.x, at.y - start.y) <= STILL) return;
    isClick = false;
    drag.move(at, { x: at.x - last.x, y: at.y - last.y });
    last = at;
  };
  const up = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
    drag?.end(pointOf(event), isClick);
    drag = undefined;
  };
  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', up);
  return () => {
    element.removeEventListener('pointerdown', down);
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', up);
    element.removeEventListener('pointercancel', up);
  };
}

/** Two fingers: their distance zooms, their middle pans. */
function pinch(fingers: ReadonlyMap<number, Point>, moved: number, to: Point): void {
  const [a, b] = [...fingers.values()] as [Point, Point];
  const [c, d] = [...fingers].map(([id, at]) => (id === moved ? to : at)) as [Point, Point];
  const before = Math.max(10, Math.abs(a.x - b.x));
  const after = Math.max(10, Math.abs(c.x - d.x));
  zoomAt((c.x + d.x) / 2, after / before);
  panBy((a.x + b.x - c.x - d.x) / 2);
}

/** The pointer over the picture: a click selects, a drag does what the mode says. */
export function onPicturePointer(element: HTMLElement): () => void {
  const release = onPointer(element, (at) => {
    const measuring = mode.value === 'measure' ? measure(at.x) : undefined;
    return {
      move(to, by) {
        if (measuring !== undefined) measuring(to.x);
        else if (mode.value === 'zoom') zoomAt(at.x, Math.exp(-by.y / 60));
        else {
          panBy(-by.x);
          scrollTo(chosen.value.scrollTop - by.y);
        }
      },
      end(to, isClick) {
        if (isClick) void pickAt(to.x, to.y);
      },
    };
  });
  const fit = (event: MouseEvent) => {
    const box = element.getBoundingClientRect();
    void pickAt(event.clientX - box.left, event.clientY - box.top, true);
  };
  element.addEventListener('dblclick', fit);
  return () => {
    release();
    element.removeEventListener('dblclick', fit);
  };
}

/** Begins to measure a range. @returns what to call with the pixel of its other end */
function measure(x: number): (x: number) => void {
  // Before the first sums of a trace there is a pass over all of its events: it begins with the drag.
  void ask('sums', [{ fromNs: 0, toNs: 0 }]);
  const at = timeAt(range.value, size.value.width, x);
  return (to) => {
    const other = timeAt(range.value, size.value.width, to);
    choose({ measured: ordered(at, other), tab: 'range' });
  };
}

/** A range of whole nanoseconds in the trace between two times. */
function ordered(a: number, b: number): Range | undefined {
  const inTrace = (ns: number) => Math.round(Math.min(Math.max(ns, 0), durationNs.value));
  const [fromNs, toNs] = [inTrace(Math.min(a, b)), inTrace(Math.max(a, b))];
  return fromNs < toNs ? { fromNs, toNs } : undefined;
}

/** The pointer on the axis: a drag measures, a click ends measuring. */
export function onAxisPointer(element: HTMLElement): () => void {
  return onPointer(element, (at) => {
    const measuring = measure(at.x);
    return {
      move: (to) => measuring(to.x),
      end: (_, isClick) => {
        if (isClick) choose({ measured: undefined });
      },
    };
  });
}

/** The pointer on the overview: drags the part that is shown, or shows what is pressed. */
export function onOverviewPointer(element: HTMLElement): () => void {
  const nsAt = (x: number) => {
    const all = whole(durationNs.value);
    return all.fromNs + (x / Math.max(1, element.clientWidth)) * (all.toNs - all.fromNs);
  };
  const centre = (ns: number) => {
    const half = (range.value.toNs - range.value.fromNs) / 2;
    show({ fromNs: ns - half, toNs: ns + half });
  };
  return onPointer(element, (at, event) => {
    const begin = nsAt(at.x);
    const isInside = begin >= range.value.fromNs && begin <= range.value.toNs;
    if (event.shiftKey) {
      return {
        move: (to) => {
          const other = nsAt(to.x);
          show({ fromNs: Math.min(begin, other), toNs: Math.max(begin, other) });
        },
        end() {},
      };
    }
    if (!isInside) centre(begin);
    return {
      move: (_, by) => {
        const ns = nsAt(by.x) - nsAt(0);
        show({ fromNs: range.value.fromNs + ns, toNs: range.value.toNs + ns });
      },
      end() {},
    };
  });
}

/** The pointer on the scroll bar. */
export function onScrollBarPointer(element: HTMLElement): () => void {
  return onPointer(element, (at) => {
    const thumb = element.firstElementChild as HTMLElement;
    const room = Math.max(1, element.clientHeight - thumb.offsetHeight);
    if (at.y < thumb.offsetTop || at.y > thumb.offsetTop + thumb.offsetHeight) {
      scrollTo(((at.y - thumb.offsetHeight / 2) / room) * mostScroll.value);
    }
    const begin = chosen.value.scrollTop;
    return {
      move: (to) => scrollTo(begin + ((to.y - at.y) / room) * mostScroll.value),
      end() {},
    };
  });
}
