// Painting alone, timed without start-up and PNG: ours on threads that stay up, and Go's in a process for each picture.
// Every picture must be the right one.

import { kernels } from 'mandel/mandelbrot';
import { modes, moduleOf } from 'mandel/modes';
import { type KernelName, kernelsOf, own } from './kernel.js';
import { runtimeOf } from './mandel.js';
import { DIVISOR, orbits } from './orbit.js';
import { buildGo, told } from './peers/go.js';
import type { Filled } from './programs/fill.js';
import type { Job } from './programs/kernel.js';

/** Who paints. */
export type Painter = KernelName | 'Go';

/** Go where there is one, and our kernels, as far as they can paint here. */
export function painters(): Painter[] {
  return [...(buildGo('.') ? (['Go'] as const) : []), ...kernelsOf(own).map(({ name }) => name)];
}

/** A sampler: nanoseconds that a mode takes for the workshop's scene, size x size. */
export function fills(by: Painter, mode: string, size: number, procs: number): () => Promise<number> {
  const want = orbits(size).sum;
  return async () => timeOf(`${by}: mode ${mode}, ${size}x${size}`, await fill(by, mode, size, procs), want);
}

/** A sampler: nanoseconds that a kernel of ours takes for its rows. */
export function paints(by: KernelName, job: Omit<Job, 'kernel'>): () => Promise<number> {
  const { size, fitted, every } = job;
  const want = orbits(size, fitted ? size : DIVISOR, every).sum;
  const program = new URL('./programs/kernel.js', import.meta.url).href;
  return async () => {
    const filled = await ran(1, [program], [{ ...job, kernel: numberOf(by) }]);
    return timeOf(`${by}: rows of ${size}x${size}`, filled, want);
  };
}

function timeOf(what: string, { ns, sum }: Filled, want: string): number {
  if (sum !== want) throw new Error(`${what}: wrong picture: sum of the grey plane is ${sum}, want ${want}`);
  return ns;
}

async function fill(by: Painter, name: string, size: number, procs: number): Promise<Filled> {
  if (by === 'Go') {
    const side = String(size);
    return told<Filled>(buildGo('.')!, procs, '-fill', '-mode', name, '-w', side, '-h', side);
  }
  const mode = modes.find((mode) => mode.name === name)!;
  const program = new URL('./programs/fill.js', import.meta.url);
  program.searchParams.set('mode', name);
  return ran(procs, [program.href, moduleOf(mode)], [size, procs, numberOf(by)]);
}

function numberOf(kernel: KernelName): number {
  return kernels.find(({ name }) => name === kernel)!.id;
}

async function ran(procs: number, modules: readonly string[], args: readonly unknown[]): Promise<Filled> {
  const { status, report, value } = await runtimeOf(procs).run({ modules, args });
  if (status !== 'ok') throw new Error(`mandel: ${status}: ${report.trim()}`);
  return value as Filled;
}
