// Program of a run, on one thread: loads its modules, and finds its main function.

import { Exit, UsageError } from '../memory/errors.js';
import { fileName, type ProgramModule, setProgram } from '../sched/bodies.js';

/** Loads the module at `url`, and returns its exports. */
export type Importer = (url: string) => Promise<ProgramModule['exports']>;

/**
 * Loads the modules. Their exported functions are goroutine bodies from then on.
 * @param imported the local modules that these import: their exports may be bodies too
 * @param importer loads one module; by default Node does
 * @returns the modules, without `imported`
 * @throws Error that names the module
 */
export async function loadProgram(
  urls: readonly string[],
  imported: readonly string[],
  importer: Importer = (url) => import(url),
): Promise<ProgramModule[]> {
  const program = await Promise.all(urls.map((url) => load(url, importer)));
  const others = await Promise.all(imported.map((url) => load(url, importer)));
  setProgram([...program, ...others]);
  return program;
}

/** The body of the main goroutine. @throws UsageError if there is none */
export function mainOf(program: readonly ProgramModule[]): CallableFunction {
  const main = program.map((p) => p.exports.main).find((f) => typeof f === 'function');
  if (typeof main !== 'function') throw noMain(program);
  return main as CallableFunction;
}

/** @throws Error with the file and line of the mistake, in the module or one that it imports; Exit if the module calls exit() */
async function load(url: string, importer: Importer): Promise<ProgramModule> {
  try {
    return { url, exports: await importer(url) };
  } catch (error) {
    if (error instanceof Exit) throw error;
    throw await (await import('./loadfailure.js')).whyNotLoaded(url, error);
  }
}

function noMain(program: readonly ProgramModule[]): UsageError {
  const where = program.map((p) => fileName(p.url)).join(' or ');
  const names = program.flatMap((p) => Object.keys(p.exports));
  const some = names.length > 5 ? [...names.slice(0, 5), '...'] : names;
  const found = names.length === 0 ? 'no exports at all' : `only ${some.join(', ')}`;
  return new UsageError(`${where}: expected an exported function main, which is the main goroutine, got ${found}`);
}
