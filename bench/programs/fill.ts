// A program that paints a picture in a mode, and measures that: the painting alone, without threads, processes and PNG.

import { createHash } from 'node:crypto';
import { type Go, now, panic } from 'mandel/go';
import { greyPlane, type Img, newImg, sceneView } from 'mandel/mandelbrot';

// The mode is in this module's URL, as in the renderer's own program.
const query = new URL(import.meta.url).searchParams;
const fill: (m: Img, workers: number) => Go | void = (await import(query.get('mode')!))[query.get('fill')!];

/** What painting took, and the SHA-256 of the grey plane. */
export interface Filled {
  readonly ns: number;
  readonly sum: string;
}

/** Paints the workshop's scene. */
export function* main(size: number, workers: number, kernel: number): Go<Filled> {
  const m = newImg(size, size, 0, { ...sceneView, kernel });
  if (m.kernel !== kernel) {
    panic(`kernel ${kernel} cannot run here`);
  }
  const begin = now();
  const going = fill(m, workers);
  if (going) yield* going;
  const ns = now() - begin;
  return { ns, sum: createHash('sha256').update(greyPlane(m)).digest('hex') };
}
