// Painting alone, timed without start-up and PNG: ours on threads that stay up, and Go's in a process for each picture.

import { modes, paintProgram } from 'mandel/modes';
import type { KernelName } from './kernel.js';
import { runtimeOf } from './mandel.js';
import { orbits } from './orbit.js';
import { buildGo, told } from './peers/go.js';
import type { Filled } from './programs/fill.js';

/** What is painted: the workshop's scene, size x size. */
export interface Painting {
  readonly mode: string;
  readonly size: number;
  readonly procs: number;
  /** A kernel of ours, or Go. */
  readonly by: KernelName | 'Go';
}

/** Who paints: ours with each kernel, and Go where there is one. */
export function painters(): Painting['by'][] {
  return [...kernels, ...(buildGo('.') ? (['Go'] as const) : [])];
}

const kernels: readonly KernelName[] = ['plain'];

/** Paints, and says what that took. @throws Error if the program did not end well */
export async function paint({ mode: name, size, procs, by }: Painting): Promise<Filled> {
  if (by === 'Go') {
    const go = buildGo('.');
    if (!go) throw new Error('Go: there is no go command');
    return told<Filled>(go, procs, '-fill', '-mode', name, '-w', String(size), '-h', String(size));
  }
  const mode = modes.find((mode) => mode.name === name)!;
  const [, body] = paintProgram(mode) as [string, string];
  const fill = new URL('./programs/fill.js', import.meta.url);
  fill.searchParams.set('mode', body);
  fill.searchParams.set('fill', mode.fill);
  const program = { modules: [fill.href, body], args: [size, procs] };
  const { status, report, value } = await runtimeOf(procs).run(program);
  if (status !== 'ok') throw new Error(`mandel: ${status}: ${report.trim()}`);
  return value as Filled;
}

/** A sampler for interleave: nanoseconds. It fails where the picture is a wrong one. */
export function timed(painting: Painting): () => Promise<number> {
  const want = orbits(painting.size).sum;
  return async () => {
    const { ns, sum } = await paint(painting);
    if (sum !== want) {
      const { by, mode, size } = painting;
      throw new Error(
        `${by}: wrong picture: mode ${mode}, ${size}x${size}: sum of the grey plane is ${sum}, want ${want}`,
      );
    }
    return ns;
  };
}
