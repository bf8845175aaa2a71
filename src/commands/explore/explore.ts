// mandel explore: runs a program under many schedules, and prints the outcomes; or repeats one of these runs.

import { count, plural } from '../../lib/numbers.js';
import {
  DEFAULT_SEED,
  MAX_PROCS,
  type Outcome,
  type Program,
  Simulator,
  type StrategyName,
} from '../../runtime/start.js';
import { Command } from '../../terminal/commander.js';
import { machineHelp, machineOf } from '../../terminal/flags/machine.js';
import { type OpenTrace, openTrace, traceOption } from '../../terminal/flags/recording.js';
import { INTERRUPTED, interruptible } from '../../terminal/interrupt.js';
import { statusLine } from '../../terminal/progress.js';
import { helpList, helpText } from '../../terminal/text.js';
import { BadUsage, choice, seedOf, wholeNumber } from '../../terminal/usage.js';
import { programHelp, programIn } from '../run/programs.js';
import { anyBad, type BadKind, badKinds, exploration } from './outcomes.js';

interface Flags {
  readonly runs?: string;
  readonly strategy: string;
  readonly seed?: string;
  readonly procs: string;
  readonly machine?: string;
  readonly outcomes?: string;
  readonly replay?: string;
  readonly trace?: string;
}

/** Schedules that are explored unless -runs says otherwise: about a second for a small program. */
const RUNS = 1000;
/** The most that -runs accepts: hours for a small program. */
const MAX_RUNS = 10_000_000;
/** Virtual Ps unless -procs says otherwise. More than most machines have cores: each P is one more goroutine to choose from. */
const PROCS = '8';

const strategies = [
  { name: 'random', about: 'each goroutine that can take a step is equally likely to be next' },
  {
    name: 'pct',
    about: 'the first in a random order, which changes at a few random steps: finds what takes long detours',
  },
] as const satisfies readonly { readonly name: StrategyName; readonly about: string }[];

/** Columns of the names in the lists of the help text. */
const NAME_WIDTH = 9;

export function exploreCommand(): Command {
  const command = new Command('mandel explore')
    .usage('[flags] FILE.js [args]')
    .description(
      'Runs a program under many schedules, and prints each outcome, how often it came, and a seed that gives it.',
    )
    .argument('[file]', programHelp)
    .argument('[args...]', 'what main is called with, as strings')
    .option('--runs <n>', `how many schedules (default: ${RUNS})`)
    .option('--strategy <name>', 'how schedules are chosen', strategies[0].name)
    .option('--seed <n>', `of the first run; the next has the next (default: ${DEFAULT_SEED})`)
    .option('--procs <n>', 'virtual Ps', PROCS)
    .option('--machine <name|file>', machineHelp)
    .option('--outcomes <kinds>', 'the kinds of outcomes that are bad, with commas between them (default: all)')
    .option('--replay <seed>', 'do the run with this seed again, as mandel run would');
  return traceOption(command, 'with -replay: write an execution trace')
    .addHelpText('after', `\nStrategies:\n${helpList(strategies, NAME_WIDTH)}`)
    .addHelpText('after', `Outcomes that may be bad:\n${helpList(badKinds, NAME_WIDTH)}`)
    .addHelpText(
      'after',
      helpText(
        'Exit status: 0 if no outcome is bad, 1 if one is, 130 after Ctrl-C; with -replay, that of the run: 2 for a panic or ' +
          'a deadlock, 1 if there was no end in sight. Without result in -outcomes, runs are not told apart by their ' +
          'output: that of the first is shown.',
      ),
    )
    .passThroughOptions()
    .action(async (file: string | undefined, args: string[], flags: Flags) => {
      process.exitCode = await explore(file, args, flags);
    });
}

/** @returns the exit status */
async function explore(file: string | undefined, args: readonly string[], flags: Flags): Promise<number> {
  if (file === undefined) {
    throw new BadUsage('explore: expected a FILE.js to explore, got nothing; see mandel explore -help');
  }
  const strategy = choice('strategy', flags.strategy, strategies).name;
  const procs = wholeNumber('procs', flags.procs, 1, MAX_PROCS);
  const task = flags.replay === undefined ? explorationOf(flags) : replayOf(flags.replay, flags);
  const machine = machineOf(flags.machine);
  const program = programIn(file, args);
  const simulator = new Simulator(procs, { machine });
  const discard = () => 'replay' in task && task.trace.discard();
  const interrupt = interruptible(discard);
  const { signal } = interrupt;
  try {
    if ('replay' in task) return await replay(simulator, program, task, { strategy, signal });
    const outcomes = await outcomesOf(simulator, program, task, { strategy, signal });
    const again = { file, args, flags: replayFlags(flags) };
    process.stdout.write(exploration(outcomes, { ...task, strategy, procs, again }));
    if (signal.aborted) return INTERRUPTED;
    return outcomes.length === 0 || anyBad(outcomes, task.bad) ? 1 : 0;
  } finally {
    discard();
    interrupt.done();
    await simulator.close();
  }
}

/** What both tasks need besides the program. */
interface Conditions {
  readonly strategy: StrategyName;
  readonly signal: AbortSignal;
}

/** Repeats one run. @returns its exit status, or 1 if it was given up */
async function replay(
  simulator: Simulator,
  program: Program,
  { seed, trace }: Replay,
  { strategy, signal }: Conditions,
): Promise<number> {
  const result = await simulator.replay(program, { seed, strategy, signal, ...trace.options });
  process.stderr.write(result.report);
  await trace.deliver();
  if (result.status !== 'interrupted' || signal.aborted) return result.exitCode;
  process.stderr.write('mandel: explore: given up: there was no end in sight\n');
  return 1;
}

/** Runs the program under all schedules, with a line about how far that is. */
async function outcomesOf(
  simulator: Simulator,
  program: Program,
  { runs, seed, bad }: Exploration,
  { strategy, signal }: Conditions,
): Promise<readonly Outcome[]> {
  const line = statusLine();
  const onProgress = (done: number) => line.show(`${count(done)} of ${plural(runs, 'schedule')} explored`);
  const sameOutput = bad.includes('result');
  try {
    return await simulator.explore(program, { runs, seed, strategy, sameOutput, signal, onProgress });
  } finally {
    line.clear();
  }
}

/** Many runs, the first with this seed, and the kinds of outcomes that are bad. */
interface Exploration {
  readonly runs: number;
  readonly seed: number;
  readonly bad: readonly BadKind[];
}

/** One run that is repeated. */
interface Replay {
  readonly replay: true;
  readonly seed: number;
  readonly trace: OpenTrace;
}

/** An exploration that the flags ask for. @throws BadUsage */
function explorationOf(flags: Flags): Exploration {
  if (flags.trace !== undefined) throw new BadUsage('-trace: expected -replay with it, which says what run to trace');
  const runs = flags.runs === undefined ? RUNS : wholeNumber('runs', flags.runs, 1, MAX_RUNS);
  const bad = badKindsOf(flags.outcomes);
  return { runs, seed: flags.seed === undefined ? DEFAULT_SEED : seedOf('seed', flags.seed), bad };
}

/** The kinds that are bad: all of them, or those that the flag lists. @throws BadUsage */
function badKindsOf(list: string | undefined): BadKind[] {
  if (list === undefined) return badKinds.map(({ name }) => name);
  return list.split(',').map((name) => choice('outcomes', name.trim(), badKinds).name);
}

/** A replay that the flags ask for. @throws BadUsage */
function replayOf(seed: string, flags: Flags): Replay {
  for (const name of ['runs', 'seed', 'outcomes'] as const) {
    if (flags[name] !== undefined) throw new BadUsage(`-replay: expected no -${name} with it: it does one run again`);
  }
  return { replay: true, seed: seedOf('replay', seed), trace: openTrace(flags.trace) };
}

/** The flags that, with the seed, repeat a schedule: those whose values are not the default ones. */
function replayFlags({ strategy, procs, machine }: Flags): string[] {
  return [
    ...(strategy === strategies[0].name ? [] : ['-strategy', strategy]),
    ...(procs === PROCS ? [] : ['-procs', procs]),
    ...(machine === undefined ? [] : ['-machine', machine]),
  ];
}
