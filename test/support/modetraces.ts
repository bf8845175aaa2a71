// Traces of the renderer's modes, of small pictures, on either engine.

import { join } from 'node:path';
import { modes, paintProgram } from 'mandel/modes';
import { run } from 'mandel/run';
import { readTrace, type Trace } from 'mandel/trace';
import { tempDir } from './tempdir.js';

/** Runs a mode with 4 workers on so many Ps, and reads its trace. Pictures have 32 x 32 pixels. */
export async function modeTrace(name: string, engine: 'threads' | 'sim', procs: number): Promise<Trace> {
  return readTrace(await modeTraceFile(name, engine, procs, 4));
}

/** The same with so many workers, and pictures of this width and height. @returns the path of the trace */
export async function modeTraceFile(
  name: string,
  engine: 'threads' | 'sim',
  procs: number,
  workers: number,
  side = 32,
): Promise<string> {
  const file = join(tempDir(), 'trace.out');
  const mode = modes.find((m) => m.name === name)!;
  const args = [side, side, 0, workers, join(tempDir(), 'p.png')];
  await run({ modules: paintProgram(mode), args }, { engine, procs, seed: 1, trace: file });
  return file;
}

/** Each mode on each engine, some also on many Ps: mode, engine, Ps. */
export const modeRuns: readonly (readonly [name: string, engine: 'threads' | 'sim', procs: number])[] = [
  ...modes.flatMap(({ name }) => [[name, 'threads', 2] as const, [name, 'sim', 3] as const]),
  ['px', 'sim', 64],
  ['workers', 'sim', 64],
];
