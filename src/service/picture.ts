// The handler `picture`: paints a picture for a request, as the workshop's mandelweb does, with the size, scene, mode and kernel
// of its query.

import { type Go, gosched, trace } from '../go/index.js';
import { encode, fillRow, type Img, newImg, type Part, scenePart, sceneView } from '../mandelbrot/index.js';
import { type Fill, modes } from '../modes/index.js';
import { CLIENT_GONE, type Query, type Request, type Response } from './handler.js';

/** The query. The app has checked all of it, also that the picture is not too large. */
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

/** Mode "seq" for several pictures at once: it yields after each row. */
// Unlike Go, a computation is not preempted, so the mode's own loop would occupy the P until the picture is complete.
function* seqFillImg(m: Img): Go {
  for (let i = 0; i < m.w && !m.cancelled; i++) {
    fillRow(m, i);
    yield* gosched();
  }
}

/** Paints a picture, and answers with it as PNG. Stops when the client has gone. */
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
