// The picture's handler: what the workshop's mandelweb does for a request, with the picture's size, scene, mode and kernel
// from its query.

import { type Go, gosched, trace } from '../go/index.js';
import { encode, fillRow, type Img, newImg, type Part, scenePart, sceneView } from '../mandelbrot/index.js';
import { type Fill, modes } from '../modes/index.js';
import { CLIENT_GONE, type Query, type Request, type Response } from './handler.js';

/** What is asked of the handler. All of it has been checked: it is what these say, and the picture is not too large. */
export interface PictureQuery extends Query, Partial<Part> {
  readonly w: number;
  readonly h: number;
  /** Name of the mode. */
  readonly mode: string;
  readonly workers: number;
  /** Numbers of the scene and the kernel. */
  readonly scene: number;
  readonly kernel: number;
}

const fills = new Map<string, Fill>(
  await Promise.all(modes.map(async ({ name, load }) => [name, await load()] as const)),
);
fills.set('seq', seqFillImg);

/** Mode "seq", of which many may be painted at once: it lets the others have their turn after each row. */
// Unlike Go, nothing is preempted inside a computation, so the mode's own loop would have the P until the picture is whole.
function* seqFillImg(m: Img): Go {
  for (let i = 0; i < m.w && !m.cancelled; i++) {
    fillRow(m, i);
    yield* gosched();
  }
}

/** Paints a picture and answers it as PNG. Stops when the client is gone. */
export function* picture(r: Request): Go<Response> {
  const { w, h, mode, workers, scene, kernel, zoom, re, im } = { ...scenePart, ...(r.query as PictureQuery) };
  const m = newImg(w, h, scene, { ...sceneView, kernel, zoom, re, im }, r.goneAt);
  const filling = trace.startRegion('fill');
  const going = fills.get(mode)!(m, workers);
  if (going) yield* going;
  filling.end();
  if (m.cancelled) return { status: CLIENT_GONE, body: '' };
  const encoding = trace.startRegion('encode');
  const body = encode(m);
  encoding.end();
  return { headers: { 'content-type': 'image/png' }, body };
}
