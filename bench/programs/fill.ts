// Paints a picture in a mode, and times that: the painting alone, without threads, processes and PNG.

import { createHash } from 'node:crypto';
import { type Go, now, panic } from 'mandel/go';
import { greyPlane, newImg, sceneView } from 'mandel/mandelbrot';
import { modes } from 'mandel/modes';

// The name of the mode is in this module's URL, because main cannot wait until it is loaded.
const name = new URL(import.meta.url).searchParams.get('mode');
const fill = await modes.find((mode) => mode.name === name)!.load();

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
