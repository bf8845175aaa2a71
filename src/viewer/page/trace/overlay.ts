// The canvas over the pixels: what is drawn there, at the size of the picture.

import { drawOverlay } from '../../timeline/overlay.js';
import { CanvasDrawing } from './canvasdrawing.js';
import { picture } from './client.js';
import { selectedSpan } from './selection.js';
import { chosen, currentRow, size } from './state.js';

/** Draws all of it. Reads signals: it is run again when one of them changes. */
export function drawOver(canvas: HTMLCanvasElement): void {
  const shown = picture.value;
  const { width, height, ratio } = size.value;
  const { measured, marks } = chosen.value;
  const marked = { selected: selectedSpan.value, measured, marks, currentRow: currentRow.value };
  if (shown === undefined || width === 0) return;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, w, h);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawOverlay(new CanvasDrawing(context), shown, marked, width, height);
}
