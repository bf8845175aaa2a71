// The time line: an overview, an axis, labels of rows, and the picture: pixels on one canvas, what is drawn over them on another.

import { computed, useSignalEffect } from '@preact/signals';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { plural } from '../../../lib/numbers.js';
import { lengthText, momentText } from '../../timeline/viewport.js';
import { Axis } from './axis.js';
import { picture, presentWith, progress, requestPicture } from './client.js';
import { Labels } from './labels.js';
import { drawOver } from './overlay.js';
import { Overview } from './overview.js';
import { onPicturePointer, onWheel } from './pointer.js';
import type { Picture } from './protocol.js';
import { ScrollBar } from './scrollbar.js';
import { chosen, durationNs, isEmpty, mode, range, size, told, view } from './state.js';

/** What the picture shows, in words. */
const pictureText = computed(() => {
  const { fromNs, toNs } = range.value;
  const rows = picture.value?.rowCount ?? 0;
  return rows === 0
    ? 'Nothing yet'
    : `${plural(rows, 'row')}, from ${momentText(Math.round(fromNs))} to ${momentText(Math.round(toNs))}`;
});

/** Milliseconds without a change after which a screen reader is told which part of the time is shown. */
const SETTLED_MS = 700;

export function TimeLine(): VNode {
  const place = useRef<HTMLDivElement>(null);
  const pixels = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);

  useLayoutEffect(() => {
    const element = place.current!;
    const measure = () => {
      size.value = {
        width: Math.floor(element.clientWidth),
        height: Math.floor(element.clientHeight),
        ratio: window.devicePixelRatio,
      };
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    const context = pixels.current!.getContext('2d', { alpha: false })!;
    presentWith((painted) => present(context, painted));
    element.addEventListener('wheel', onWheel, { passive: false });
    const release = onPicturePointer(element);
    return () => {
      observer.disconnect();
      element.removeEventListener('wheel', onWheel);
      release();
    };
  }, []);

  useSignalEffect(() => {
    // Each time that more is read there is another picture of the same view.
    const events = progress.value?.events ?? 0;
    if (view.value !== undefined && events > 0) requestPicture(view.value);
  });

  useSignalEffect(() => drawOver(over.current!));

  const wasPart = useRef(false);
  useSignalEffect(() => {
    const { range: part } = chosen.value;
    if (part === undefined && !wasPart.current) return;
    wasPart.current = part !== undefined;
    const settled = setTimeout(() => {
      told.value =
        part === undefined
          ? `the whole trace, ${lengthText(durationNs.value)}`
          : `${lengthText(part.toNs - part.fromNs)} from ${momentText(Math.round(part.fromNs))}`;
    }, SETTLED_MS);
    return () => clearTimeout(settled);
  });

  return (
    <section class="timeline" aria-label="Time line">
      <Overview />
      <Axis />
      <Labels />
      <div class={`picture mode-${mode.value}`} ref={place}>
        {isEmpty.value && (
          <p class="empty">
            No trace is open. Choose a file with <strong>Open…</strong>, or drop one here.
          </p>
        )}
        {/* Before the first picture a canvas without transparency is black. */}
        <canvas
          ref={pixels}
          class="pixels"
          role="img"
          aria-label={pictureText.value}
          hidden={picture.value === undefined}
        />
        <canvas ref={over} class="over" />
      </div>
      <ScrollBar />
    </section>
  );
}

/** Shows the pixels of a picture. */
function present(context: CanvasRenderingContext2D, { view: { width, height, ratio }, pixels }: Picture): void {
  const { canvas } = context;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${width / ratio}px`;
    canvas.style.height = `${height / ratio}px`;
  }
  context.putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
  if (picture.peek() === undefined) performance.mark('first-picture');
}
