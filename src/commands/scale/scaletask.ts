// What mandel scale simulates: one program, on each number of Ps.

import { devNull } from 'node:os';
import { join } from 'node:path';
import type { Scene } from '../../mandelbrot/scene.js';
import { type Part, sceneView } from '../../mandelbrot/view.js';
import { type Mode, paintProgram } from '../../modes/index.js';
import { type Machine, Simulator } from '../../runtime/start.js';
import { aboutPart } from '../../terminal/flags/view.js';
import { type Output, openOutput } from '../../terminal/output.js';
import type { Simulate } from './scaleruns.js';

export interface Task {
  readonly mode: Mode;
  readonly scene: Scene;
  readonly w: number;
  readonly h: number;
  readonly part: Part;
  readonly workers: number;
  readonly seed: number;
  readonly machine: Machine;
  /** Sorted; 1 is among them. */
  readonly procs: readonly number[];
  /** The folder of their traces. */
  readonly traces: string | undefined;
}

/** Everything about a task but its mode and its Ps, in a line. */
export function conditions({ mode, scene, w, h, part, workers, seed, machine, traces }: Task): string {
  return [
    `${scene.name} ${w}x${h}${aboutPart(part)}`,
    ...(mode.workers === 'goroutines' ? [`${workers} worker${workers === 1 ? '' : 's'}`] : []),
    `machine ${machine.name}`,
    `seed ${seed}`,
    ...(traces === undefined ? [] : ['traced']),
  ].join(', ');
}

/** Simulates `task`. The traces that are being written are among `outputs`: whoever ends the process discards them. */
export function simulatorOf(task: Task, outputs: Set<Output>): Simulate {
  const { mode, scene, w, h, part, workers, seed, machine, traces } = task;
  // The picture is painted and encoded as ever; nobody looks at it.
  const program = { modules: paintProgram(mode), args: [w, h, scene.id, workers, devNull, { ...sceneView, ...part }] };
  return async (procs, { signal, onProgress }) => {
    const output = traces === undefined ? undefined : openOutput(join(traces, `${mode.name}-${procs}.out`), 'traces');
    if (output) outputs.add(output);
    const simulator = new Simulator(procs, { machine });
    try {
      const trace = output ? { trace: output.path } : {};
      const result = await simulator.run(program, { seed, signal, onProgress, ...trace });
      if (typeof result.value === 'string') throw new Error(`scale: the picture: ${result.value}`);
      if (result.status === 'ok') output?.commit();
      return result;
    } finally {
      await simulator.close();
      output?.discard();
    }
  };
}
