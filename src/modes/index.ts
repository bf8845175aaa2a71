// The modes, by name.

import type { Go } from '../go/index.js';
import type { Img } from '../mandelbrot/index.js';
import { nBufferedWorkersFillImg } from './buffered.js';
import { onePerColFillImg } from './col.js';
import { oneToOneFillImg } from './px.js';
import { onePerRowFillImg } from './row.js';
import { nRowWorkersFillImg } from './rowworkers.js';
import { seqFillImg } from './seq.js';
import { nWorkersFillImg } from './workers.js';

export interface Mode {
  /** Also the name of its module, beside this one. */
  readonly name: string;
  /** What -workers means to it: how many goroutines work, how many Ps may run them, or nothing. */
  readonly workers: 'goroutines' | 'procs' | 'nothing';
  readonly about: string;
  /** Paints the picture. */
  readonly fill: (m: Img, workers: number) => Go | void;
}

export const modes: readonly Mode[] = [
  { name: 'seq', workers: 'nothing', about: 'one goroutine paints everything', fill: seqFillImg },
  { name: 'px', workers: 'procs', about: 'a goroutine for every pixel', fill: oneToOneFillImg },
  { name: 'row', workers: 'procs', about: 'a goroutine for every row', fill: onePerRowFillImg },
  { name: 'col', workers: 'procs', about: 'a goroutine for every column', fill: onePerColFillImg },
  { name: 'workers', workers: 'goroutines', about: 'n goroutines fed with pixels, unbuffered', fill: nWorkersFillImg },
  { name: 'buffered', workers: 'goroutines', about: 'the same, room for all pixels', fill: nBufferedWorkersFillImg },
  { name: 'rowworkers', workers: 'goroutines', about: 'n goroutines fed with rows', fill: nRowWorkersFillImg },
];

/** The modules of the program that paints in this mode: its main goroutine, and the bodies of the mode. */
export function paintProgram(mode: Mode): string[] {
  return [new URL('./paint.js', import.meta.url).href, new URL(`./${mode.name}.js`, import.meta.url).href];
}
