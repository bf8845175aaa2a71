// The main goroutine of the renderer, the same in every mode. It also encodes and writes the picture, so that a trace shows
// both.

import { closeSync, openSync, writeSync } from 'node:fs';
import { type Go, syscall, trace } from '../go/index.js';
import { encode, type Img, newImg, sceneView, type View } from '../mandelbrot/index.js';

/** Paints the picture; `workers` is the number of goroutines that work, in the modes that have them. */
export type Fill = (m: Img, workers: number) => Go | void;

/**
 * Makes the main function of a mode. It paints a picture and writes it to the file at `path`, or to standard output if that is
 * `-`; it returns the error of the file as one line, or undefined if there is none.
 */
export function mainOf(fill: Fill) {
  return function* main(
    w: number,
    h: number,
    scene: number,
    workers: number,
    path: string,
    view: View = sceneView,
  ): Go<string | undefined> {
    const m = newImg(w, h, scene, view);
    const filling = trace.startRegion('fill');
    const painting = fill(m, workers);
    if (painting) yield* painting;
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
  };
}

const STDOUT = 1;

/** @throws Error of the file system */
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
