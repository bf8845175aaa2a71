// The overview: what all Ps run in the whole trace, with the part that is shown, which can be dragged.

import { useSignalEffect } from '@preact/signals';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { whole } from '../../timeline/viewport.js';
import { ask, picture, progress } from './client.js';
import { onOverviewPointer, onZoomWheel } from './pointer.js';
import { durationNs, isDark, range, size } from './state.js';

const OVERVIEW_HEIGHT = 40;

export function Overview(): VNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = place.current!;
    element.addEventListener('wheel', onZoomWheel, { passive: false });
    return onOverviewPointer(element);
  }, []);
  useSignalEffect(() => {
    const { width, ratio } = size.value;
    const events = progress.value?.events ?? 0;
    if (width === 0 || events === 0) return;
    void draw(canvas.current!, Math.round(width * ratio), Math.round(OVERVIEW_HEIGHT * ratio), ratio, isDark.value);
  });
  const all = whole(durationNs.value);
  const shown = picture.value?.view.range ?? range.value;
  const percent = (ns: number) => Math.min(100, Math.max(0, (100 * (ns - all.fromNs)) / (all.toNs - all.fromNs)));
  const [left, right] = [percent(shown.fromNs), percent(shown.toNs)];
  return (
    <div class="overview" ref={place}>
      <canvas ref={canvas} hidden={progress.value === undefined} />
      <div class="shade" style={{ left: '0', width: `${left}%` }} />
      <div class="shade" style={{ left: `${right}%`, right: '0' }} />
      <div
        class="window"
        hidden={progress.value === undefined}
        style={{ left: `${left}%`, width: `${right - left}%` }}
      />
    </div>
  );
}

let asked = 0;

async function draw(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  ratio: number,
  dark: boolean,
): Promise<void> {
  const mine = ++asked;
  const pixels = await ask('overview', [width, height, dark]);
  if (pixels === undefined || mine !== asked) return;
  canvas.width = width;
  canvas.height = height;
  canvas.style.width = `${width / ratio}px`;
  canvas.style.height = `${height / ratio}px`;
  canvas
    .getContext('2d', { alpha: false })!
    .putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
}
