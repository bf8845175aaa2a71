// The renderer's program. The whole of it is the main goroutine, encoding and writing included, so that a trace shows
// painting first and then encoding.

import { closeSync, openSync, writeSync } from 'node:fs';
// From their own files: the index would bring in all of the language, which not every mode needs.
import type { Go } from '../go/index.js';
import { syscall } from '../go/syscall.js';
import * as trace from '../go/trace.js';
import { encode, type Img, newImg, sceneView, type View } from '../mandelbrot/index.js';

/** Paints the picture; see Mode. */
type Fill = (m: Img, workers: number) => Go | void;

// The mode is in this module's URL (see paintProgram), so that a thread loads no other.
const query = new URL(import.meta.url).searchParams;
const fill: Fill = (await import(query.get('mode')!))[query.get('fill')!];

/**
 * Paints a picture and writes it to the file at `path`, or to standard output if that is `-`.
 * @returns what went wrong with the file, as one line; undefined if nothing did
 */
export function* main(
  w: number,
  h: number,
  scene: number,
  workers: number,
  path: string,
  view: View = sceneView,
): Go<string | undefined> {
  const m = newImg(w, h, scene, view);
  const filling = trace.startRegion('fill');
  const going = fill(m, workers);
  if (going) yield* going;
  filling.end();
  const encoding = trace.startRegion('encode');
  try {
    write(path, encode(m));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    encoding.end();
  }
}

const STDOUT = 1;

function write(path: string, png: Buffer): void {
  const fd = path === '-' ? STDOUT : openSync(path, 'w');
  try {
    for (let done = 0; done < png.length; ) {
      try {
        done += syscall(() => writeSync(fd, png, done));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error; // a full pipe: try again
      }
    }
  } finally {
    if (fd !== STDOUT) closeSync(fd);
  }
}
