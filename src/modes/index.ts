// The table of modes: help texts, the warm-up of threads, the service, tests and benchmarks are made of it.

import type { Fill } from './paint.js';

export type { Fill } from './paint.js';

export interface Mode {
  /** Also the name of its module, beside this one. */
  readonly name: string;
  /** What -workers means to it: the number of goroutines that work, the number of Ps, or nothing. */
  readonly workers: 'goroutines' | 'procs' | 'nothing';
  readonly about: string;
  /** Loads its module. @returns the function that paints the picture */
  load(): Promise<Fill>;
}

/** The modes, in the order of the lesson. */
export const modes: readonly Mode[] = [
  {
    name: 'seq',
    workers: 'nothing',
    about: 'one goroutine paints everything',
    load: async () => (await import('./seq.js')).seqFillImg,
  },
  {
    name: 'px',
    workers: 'procs',
    about: 'a goroutine for every pixel',
    load: async () => (await import('./px.js')).oneToOneFillImg,
  },
  {
    name: 'row',
    workers: 'procs',
    about: 'a goroutine for every row',
    load: async () => (await import('./row.js')).onePerRowFillImg,
  },
  {
    name: 'col',
    workers: 'procs',
    about: 'a goroutine for every column',
    load: async () => (await import('./col.js')).onePerColFillImg,
  },
  {
    name: 'workers',
    workers: 'goroutines',
    about: 'n goroutines fed with pixels, unbuffered',
    load: async () => (await import('./workers.js')).nWorkersFillImg,
  },
  {
    name: 'buffered',
    workers: 'goroutines',
    about: 'the same, room for all pixels',
    load: async () => (await import('./buffered.js')).nBufferedWorkersFillImg,
  },
  {
    name: 'rowworkers',
    workers: 'goroutines',
    about: 'n goroutines fed with rows',
    load: async () => (await import('./rowworkers.js')).nRowWorkersFillImg,
  },
];

/** The names of the modes to which -workers means this, as in a help text. */
export function namesOf(workers: Mode['workers']): string {
  const those = modes.filter((mode) => mode.workers === workers);
  return those.map(({ name }) => name).join(', ');
}

/** URL of the mode's module, for the threads that load it. */
export function moduleOf(mode: Mode): string {
  return new URL(`./${mode.name}.js`, import.meta.url).href;
}

/** The modules of the program that paints in this mode: its main goroutine and its bodies are all in the mode's own. */
export function paintProgram(mode: Mode): string[] {
  return [moduleOf(mode)];
}
