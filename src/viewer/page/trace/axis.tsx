// The axis: times above the picture, in units since the trace's beginning or by the wall clock. Dragging on it measures a range.

import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { lengthText, pixelOf, type Range, type Tick, ticks } from '../../timeline/viewport.js';
import { picture, progress } from './client.js';
import { onAxisPointer, onZoomWheel } from './pointer.js';
import { chosen, range, size } from './state.js';

/** Distance of ticks in CSS pixels. */
const APART = 110;

/** The part of the time that the picture shows: the axis belongs to it, both change at once. */
function shownRange(): Range {
  return picture.value?.view.range ?? range.value;
}

/** The ticks, since the trace's beginning or by the wall clock. */
export function axisTicks(): readonly Tick[] {
  const { width } = size.value;
  const began = progress.value?.beganMs;
  const list = width > 0 && progress.value !== undefined ? ticks(shownRange(), width, APART) : [];
  if (!chosen.value.isWallTime || began === undefined) return list;
  return list.map(({ ns }) => ({ ns, text: wallText(began + ns / 1e6) }));
}

export function Axis(): VNode {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = place.current!;
    const release = onAxisPointer(element);
    element.addEventListener('wheel', onZoomWheel, { passive: false });
    return release;
  }, []);
  const { width } = size.value;
  const shown = shownRange();
  const { measured } = chosen.value;
  return (
    <div class="axis" ref={place} title="Drag to measure a range">
      {axisTicks().map(({ ns, text }, k) => (
        <span key={k} class="tick" style={{ left: `${pixelOf(shown, width, ns)}px` }}>
          {text}
        </span>
      ))}
      {measured !== undefined && (
        <span
          class="length"
          style={{
            left: `${Math.min(Math.max(pixelOf(shown, width, (measured.fromNs + measured.toNs) / 2), 40), width - 40)}px`,
          }}
        >
          {lengthText(measured.toNs - measured.fromNs)}
        </span>
      )}
    </div>
  );
}

/** A time of day, to the microsecond. @param ms since 1970 */
function wallText(ms: number): string {
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, '0');
  const micros = String(Math.floor((ms % 1000) * 1000)).padStart(6, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${micros}`;
}
