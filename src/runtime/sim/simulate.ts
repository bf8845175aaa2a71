// A simulated run from its beginning to its end, on the thread that simulates: loads the program, runs it in virtual time,
// and says what came of it.

import { field } from '../memory/address.js';
import { Exit } from '../memory/errors.js';
import { layOut } from '../memory/initial.js';
import { H, P, pAddress, runStatus } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { type Locate, locate, reportAsleep, reportPanic } from '../report/report.js';
import type { Ending } from '../run/ending.js';
import { loadProgram, mainOf } from '../run/program.js';
import { forgetStrays, nowLoaded, settle, watchStrays } from '../run/stray.js';
import { culprit, enterRun } from '../run/threadstate.js';
import type { ProgramModule } from '../sched/bodies.js';
import { setEngine } from '../sched/engine.js';
import { m } from '../sched/g.js';
import { resetHolders } from '../sched/holder.js';
import { setPace, setSink, setTracer, tracer } from '../sched/hooks.js';
import { act } from '../sched/reason.js';
import { Violation } from './audit/violation.js';
import type { Course } from './course.js';
import { Exploration } from './explore/exploration.js';
import { newStrategy, type StrategyName } from './explore/strategy.js';
import type { Machine } from './machine.js';
import { Simulation } from './simulation.js';
import { SimTrace } from './trace.js';

/** What the simulating thread is told. */
export interface Task {
  readonly modules: readonly string[];
  /** The modules of the program's own that these import. */
  readonly imported: readonly string[];
  readonly args: readonly unknown[];
  readonly seed: number;
  readonly machine: Machine;
  /** The strategy of a run that explores; undefined for one in the order of time. */
  readonly strategy: StrategyName | undefined;
  /** Steps after which a run that explores is given up. */
  readonly steps: number;
  /** Where a trace of the whole run goes; undefined if none is wanted. */
  readonly trace: string | undefined;
  /** True if the simulator is to check its invariants (audit.ts). */
  readonly audit: boolean;
}

/** Seconds of virtual time: real, user and sys are what time(1) says of a process. */
export interface VirtualTime {
  /** From the start of the main goroutine until the end of the run. */
  readonly run: number;
  readonly real: number;
  readonly user: number;
  readonly sys: number;
}

/** What has come of a simulated run. */
export interface Simulated {
  readonly ending: Ending;
  readonly time: VirtualTime;
}

/** The time of a run that has ended before its main goroutine began. */
const NONE: VirtualTime = { run: 0, real: 0, user: 0, sys: 0 };

/** Runs a program in virtual time. @throws Error if it cannot be started, or its trace cannot be written */
export async function simulate(task: Task): Promise<Simulated> {
  const { machine, seed, strategy } = task;
  if (strategy === undefined) {
    const watch = task.audit ? (await import('./audit/audit.js')).watch : undefined;
    const newCourse = (trace: SimTrace) => {
      const simulation = new Simulation(machine, seed, trace);
      watch?.(simulation);
      return simulation;
    };
    return runOn(task, newCourse, locate);
  }
  // A run without output first, to find the bodies that must not run on top of others: what is printed cannot be taken back.
  setSink(() => {});
  const silent = { ...task, strategy, trace: undefined };
  const dry = await exploreOn(
    silent,
    () => [],
    () => {},
  ).finally(() => setSink(undefined));
  if (i32[H.STATUS] === runStatus.interrupted && !dry.course.endless) return dry.simulated;
  return (await exploreOn({ ...task, strategy }, locate, () => {}, dry.loops)).simulated;
}

/** What has come of a run that explores. */
interface Explored {
  readonly simulated: Simulated;
  readonly course: Exploration;
  /** Bodies that were not run on top of others. */
  readonly loops: ReadonlySet<number>;
}

/**
 * Runs a program under the schedule of its seed: as often as it takes until no goroutine waits on top of those that it waits for.
 * @param begins is called at the beginning of each
 * @param known bodies that are known to do so
 */
export async function exploreOn(
  task: Task & { readonly strategy: StrategyName },
  where: Locate,
  begins: () => void,
  known: ReadonlySet<number> = new Set(),
): Promise<Explored> {
  const { machine, seed, strategy, steps } = task;
  for (const loops = new Set(known); ; ) {
    layOut(i32, { procs: i32[H.NPROCS]!, seed, cores: i32[H.NPROCS]! });
    begins();
    let made: Exploration | undefined;
    const newCourse = (trace: SimTrace) => {
      made = new Exploration(machine, seed, newStrategy(strategy, seed), { most: steps, trace, loops });
      return made;
    };
    const simulated = await runOn(task, newCourse, where);
    const course = made!;
    if (course.refused !== undefined) throw course.refused;
    if (course.overtaken === undefined) return { simulated, course, loops };
    loops.add(course.overtaken);
  }
}

/**
 * Runs a program on the virtual Ps that `newCourse` makes.
 * @param where finds out where goroutines wait that nobody will wake
 */
export async function runOn(task: Task, newCourse: (trace: SimTrace) => Course, where: Locate): Promise<Simulated> {
  enterRun();
  watchStrays((stray) => {
    const status = stray instanceof Exit ? runStatus.exited : runStatus.panicked;
    Atomics.compareExchange(i32, H.STATUS, runStatus.running, status);
  });
  const trace = new SimTrace(task.trace);
  try {
    const program = await load(task);
    nowLoaded();
    const main = mainOf(program);
    const course = newCourse(trace);
    // Exploring, the run's clock stands still. A run that finds out where goroutines wait may look at every stack.
    if (course instanceof Exploration) resetHolders(where === locate ? Number.POSITIVE_INFINITY : 0);
    setEngine(course);
    setPace(course.pace);
    const ended = await endingOf(course, () => course.run(main, task.args), where);
    const ending = { ...ended, ...(await settle()) };
    const time = timeOf(course, task.machine);
    trace.finish();
    return { ending, time };
  } catch (error) {
    trace.discard();
    if (!(error instanceof Exit)) throw error;
    i32[H.STATUS] = runStatus.exited; // the program, while it is loaded
    return { ending: { id: 0, main: true, exitCode: error.code }, time: NONE };
  } finally {
    forgetStrays();
    setEngine(undefined);
    setPace(undefined);
    setTracer(undefined);
  }
}

/** True once this thread has loaded a program. */
let loadedBefore = false;
/** What loads modules as new: import() takes longer than it does. */
let fresh: typeof import('./fresh.js') | undefined;

/** The program's modules: Node's in the first run of a thread, fresh instances in later ones. */
async function load({ modules, imported }: Task): Promise<ProgramModule[]> {
  if (!loadedBefore) {
    loadedBefore = true;
    return loadProgram(modules, imported);
  }
  fresh ??= await import('./fresh.js'); // most threads do one run
  return loadProgram(modules, imported, fresh.freshImporter());
}

async function endingOf(course: Course, run: () => void, where: Locate): Promise<Ending> {
  try {
    run();
  } catch (error) {
    if (i32[H.STATUS] === runStatus.running) return await uncaught(course, error);
  } finally {
    i32[field(pAddress(0), P.LEFT)] = 1; // the thread that watches this one sees that no goroutine runs any more
  }
  if (i32[H.STATUS] === runStatus.deadlocked) {
    return { id: 0, ...reportAsleep(course.executor.goroutines, where) };
  }
  if (i32[H.STATUS] === runStatus.interrupted && i32[H.QUIT] !== 0) {
    const { goroutinesHere } = await import('../profiling/goroutineprofile.js');
    return { id: 0, goroutines: goroutinesHere((home) => home < 0) };
  }
  return course.returned ? { id: 0, main: true, ...course.returned } : { id: 0 };
}

async function uncaught(course: Course, error: unknown): Promise<Ending> {
  const last = culprit(error);
  if (last instanceof Violation) throw last;
  course.endAt = course.world.now();
  if (m.curg !== 0) tracer?.abandon(last instanceof Exit ? act.exit : act.panic);
  if (last instanceof Exit) {
    i32[H.STATUS] = runStatus.exited;
    return { id: 0, main: true, exitCode: last.code };
  }
  i32[H.STATUS] = m.curg === 0 ? runStatus.failed : runStatus.panicked;
  return { id: 0, ...(await reportPanic(last)) };
}

/** What the run took. What a P has done after the end is not in it: it had begun, and cannot be cut. */
function timeOf({ world, endAt }: Course, { costs }: Machine): VirtualTime {
  const boot = costs.boot + (world.procs.length > 1 ? costs.bootMore : 0);
  let user = costs.bootUser;
  let sys = costs.bootSys;
  for (const p of world.procs) {
    user += Math.max(0, p.user - Math.max(0, p.clock - endAt));
    sys += p.sys;
  }
  return { run: endAt / 1e9, real: (boot + endAt + costs.exit) / 1e9, user: user / 1e9, sys: sys / 1e9 };
}
