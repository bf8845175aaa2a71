// The scroll bar of the rows. There may be millions of rows, more than an element can be tall, so it is one of our own.

import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { picture } from './client.js';
import { onScrollBarPointer } from './pointer.js';
import { chosen, mostScroll, size } from './state.js';

/** The least height of the thumb, in CSS pixels. */
const LEAST = 24;

export function ScrollBar(): VNode {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => onScrollBarPointer(place.current!), []);
  const { height } = size.value;
  const shown = picture.value;
  const all = (shown?.rowsHeight ?? 0) + (shown?.pinnedHeight ?? 0);
  const thumb = all <= height ? height : Math.max(LEAST, (height * height) / all);
  const most = mostScroll.value;
  const { scrollTop } = chosen.value;
  const top = most === 0 ? 0 : ((height - thumb) * Math.min(scrollTop, most)) / most;
  return (
    <div class="scrollbar" ref={place} aria-hidden="true">
      <div class="thumb" style={{ top: `${top}px`, height: `${thumb}px` }} hidden={most === 0} />
    </div>
  );
}
