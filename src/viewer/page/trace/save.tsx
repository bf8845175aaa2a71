// Saving the picture that is shown, as PNG or SVG.

import type { VNode } from 'preact';
import { drawSaved, type Saved, savedLayout } from '../../timeline/savedpicture.js';
import { SvgDrawing } from '../../timeline/svgdrawing.js';
import { axisTicks } from './axis.js';
import { CanvasDrawing } from './canvasdrawing.js';
import { picture } from './client.js';
import { selectedSpan } from './selection.js';
import { chosen, size, title, told, wrong } from './state.js';

/** What is shown now; undefined without a picture. */
function shown(): { readonly saved: Saved; readonly pixels: HTMLCanvasElement; readonly ratio: number } | undefined {
  const parts = picture.value;
  const pixels = document.querySelector<HTMLCanvasElement>('canvas.pixels');
  if (parts === undefined || pixels === null) return undefined;
  const { measured, marks } = chosen.value;
  const { width, height, ratio } = size.value;
  const marked = { selected: selectedSpan.value, measured, marks, currentRow: '' };
  return { saved: { parts, marked, ticks: axisTicks(), legend: parts.legend, width, height }, pixels, ratio };
}

/** The picture as a file of SVG; the pixels are a PNG in it. */
function svgText(): string | undefined {
  const now = shown();
  if (now === undefined) return undefined;
  const { saved, pixels } = now;
  const { width, height } = savedLayout(saved);
  const drawing = new SvgDrawing();
  drawSaved(drawing, saved, (x, y) => drawing.image(x, y, saved.width, saved.height, pixels.toDataURL()));
  return drawing.file(width, height, `Schedule of ${title.value}`);
}

/** The picture on a canvas of its own, with the device's pixels. */
function canvasOf(): HTMLCanvasElement | undefined {
  const now = shown();
  if (now === undefined) return undefined;
  const { saved, pixels, ratio } = now;
  const { width, height } = savedLayout(saved);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawSaved(new CanvasDrawing(context), saved, (x, y) => context.drawImage(pixels, x, y, saved.width, saved.height));
  return canvas;
}

async function save(format: 'png' | 'svg'): Promise<void> {
  let blob: Blob | null | undefined;
  if (format === 'svg') {
    const text = svgText();
    blob = text === undefined ? undefined : new Blob([text], { type: 'image/svg+xml' });
  } else {
    const canvas = canvasOf();
    blob = canvas && (await new Promise<Blob | null>((made) => canvas.toBlob(made)));
  }
  if (!blob) {
    wrong.value = 'There is no picture to save: open a trace first.';
    return;
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${title.value.replace(/[^\w.-]+/g, '_') || 'trace'}.${format}`;
  link.click();
  // Firefox begins to read it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  told.value = `saved as ${link.download}`;
}

export function SaveButtons(): VNode {
  return (
    <fieldset class="modes" aria-label="Save the picture">
      <button type="button" title="Save the picture as PNG" onClick={() => void save('png')}>
        PNG
      </button>
      <button type="button" title="Save the picture as SVG" onClick={() => void save('svg')}>
        SVG
      </button>
    </fieldset>
  );
}
