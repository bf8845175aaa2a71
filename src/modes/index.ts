// The modes, by name. Their own modules are loaded by the threads that run them.

export type { Fill } from './paint.js';

export interface Mode {
  /** Also the name of its module, beside this one. */
  readonly name: string;
  /** The function of its module that paints the picture. */
  readonly fill: string;
  /** What -workers means to it: how many goroutines work, how many Ps may run them, or nothing. */
  readonly workers: 'goroutines' | 'procs' | 'nothing';
  readonly about: string;
}

export const modes: readonly Mode[] = [
  { name: 'seq', fill: 'seqFillImg', workers: 'nothing', about: 'one goroutine paints everything' },
  { name: 'px', fill: 'oneToOneFillImg', workers: 'procs', about: 'a goroutine for every pixel' },
  { name: 'row', fill: 'onePerRowFillImg', workers: 'procs', about: 'a goroutine for every row' },
  { name: 'col', fill: 'onePerColFillImg', workers: 'procs', about: 'a goroutine for every column' },
  {
    name: 'workers',
    fill: 'nWorkersFillImg',
    workers: 'goroutines',
    about: 'n goroutines fed with pixels, unbuffered',
  },
  { name: 'buffered', fill: 'nBufferedWorkersFillImg', workers: 'goroutines', about: 'the same, room for all pixels' },
  { name: 'rowworkers', fill: 'nRowWorkersFillImg', workers: 'goroutines', about: 'n goroutines fed with rows' },
];

/** URL of the mode's module. */
export function moduleOf(mode: Mode): string {
  return new URL(`./${mode.name}.js`, import.meta.url).href;
}

/** The modules of the program that paints in this mode: its main goroutine and its bodies are all in the mode's own. */
export function paintProgram(mode: Mode): string[] {
  return [moduleOf(mode)];
}
