// What the simulator's tests run: every mode, every example, the self-checking programs, and machines to run them on.

import { pathToFileURL } from 'node:url';
import { machines } from 'mandel/machines';
import { modes, paintProgram } from 'mandel/modes';
import type { Machine, Program } from 'mandel/run';
import { compiledExample, right, wrong } from '../../support/examples.js';
import { writeProgram } from '../../support/program.js';
import { selfChecking, selfCheckingUrl } from '../../support/selfchecking.js';
import { tempDir } from '../../support/tempdir.js';

/** A program with a name for messages. */
export interface Subject {
  readonly name: string;
  readonly program: Program;
}

/** The program of a mode, for a small picture that is not written. */
export function painting(name: string, workers = 1, side = 64): Subject {
  const mode = modes.find((m) => m.name === name)!;
  const args = [side, side, 0, workers, '/dev/null'];
  return { name: `${name} -workers ${workers}`, program: { modules: paintProgram(mode), args } };
}

export const paintings: readonly Subject[] = modes.flatMap(({ name }) => [painting(name, 1), painting(name, 4)]);

export const examples: readonly Subject[] = [...right, ...wrong].map((name) => ({
  name,
  program: { modules: [compiledExample(name).href] },
}));

export const programs: readonly Subject[] = selfChecking.map((name) => ({
  name,
  program: { modules: [selfCheckingUrl(name).href] },
}));

/** A program whose source is in the test. */
export function written(body: string, args: readonly unknown[] = []): Program {
  return { modules: [pathToFileURL(writeProgram(tempDir(), 'p', body)).href], args };
}

/** The default machine with other costs. */
export function machineWith(costs: Partial<Machine['costs']>): Machine {
  const [usual] = machines;
  return { name: 'of a test', origin: 'made up', costs: { ...usual!.costs, ...costs } };
}

/** A machine on which everything costs nothing, except this. */
export function machineOf(costs: Partial<Machine['costs']>): Machine {
  const free = Object.fromEntries(Object.keys(machines[0]!.costs).map((cost) => [cost, 0])) as Machine['costs'];
  return { name: 'of a test', origin: 'made up', costs: { ...free, crowding: 1, cores: 1, ...costs } };
}
