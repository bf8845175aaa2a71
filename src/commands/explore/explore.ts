// mandel explore: runs a program under many schedules and says what came of it; and does one of these runs again.

import { DEFAULT_SEED, MAX_PROCS, type Outcome, Simulator, type StrategyName } from '../../runtime/start.js';
import { helpList, helpText } from '../../terminal/columns.js';
import { Command } from '../../terminal/commander.js';
import { machineHelp, machineOf } from '../../terminal/flags/machine.js';
import { type OpenTrace, openTrace } from '../../terminal/flags/trace.js';
import { interruptible } from '../../terminal/interrupt.js';
import { count, plural } from '../../terminal/numbers.js';
import { statusLine } from '../../terminal/progress.js';
import { BadUsage, choice, seedOf, wholeNumber } from '../../terminal/usage.js';
import { programHelp, programIn } from '../run/programfile.js';
import { anyBad, type BadKind, badKinds, exploration } from './outcometext.js';

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

const RUNS = 1000;
const MAX_RUNS = 10_000_000;
/** As many as there seldom are cores: the more Ps, the more goroutines a schedule can choose among. */
const PROCS = '8';

const strategies = [
  { name: 'random', what: 'whoever can go on is as likely as any other to go first' },
  {
    name: 'pct',
    what: 'the first of a random order, which changes at a few random steps: finds what takes long detours',
  },
] as const satisfies readonly { readonly name: StrategyName; readonly what: string }[];

export function exploreCommand(): Command {
  const listed = (rows: readonly { readonly name: string; readonly what: string }[]) =>
    helpList(
      rows.map(({ name, what }) => ({ name, about: what })),
      9,
    );
  return new Command('mandel explore')
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
    .option('--replay <seed>', 'do the run with this seed again, as mandel run would')
    .option(
      '--trace <file>',
      'with -replay: write an execution trace, for mandel trace and go tool trace; - is standard output',
    )
    .addHelpText('after', `\nStrategies:\n${listed(strategies)}`)
    .addHelpText('after', `Outcomes that may be bad:\n${listed(badKinds)}`)
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
  const task = flags.replay === undefined ? exploringOf(flags) : replayingOf(flags.replay, flags);
  const machine = machineOf(flags.machine);
  const program = programIn(file, args);
  const simulator = new Simulator(procs, { machine });
  const discard = () => 'replay' in task && task.trace.discard();
  const interrupt = interruptible(discard);
  const { signal } = interrupt;
  try {
    if ('replay' in task) {
      const result = await simulator.replay(program, { seed: task.replay, strategy, signal, ...task.trace.options });
      process.stderr.write(result.report);
      await task.trace.deliver();
      if (result.status !== 'interrupted' || signal.aborted) return result.exitCode;
      process.stderr.write('mandel: explore: given up: there was no end in sight\n');
      return 1;
    }
    const { runs, seed, bad } = task;
    const line = statusLine();
    const onProgress = (done: number) => line.show(`${count(done)} of ${plural(runs, 'schedule')} explored`);
    let outcomes: readonly Outcome[];
    try {
      const sameOutput = bad.includes('result');
      outcomes = await simulator.explore(program, { runs, seed, strategy, sameOutput, signal, onProgress });
    } finally {
      line.clear();
    }
    const again = { file, args, flags: replayFlags(flags) };
    process.stdout.write(exploration(outcomes, { runs, seed, strategy, procs, bad, again }));
    if (signal.aborted) return 130;
    return outcomes.length === 0 || anyBad(outcomes, bad) ? 1 : 0;
  } finally {
    discard();
    interrupt.done();
    await simulator.close();
  }
}

/** @throws BadUsage */
function exploringOf(flags: Flags): {
  readonly runs: number;
  readonly seed: number;
  readonly bad: readonly BadKind[];
} {
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

/** @throws BadUsage */
function replayingOf(seed: string, flags: Flags): { readonly replay: number; readonly trace: OpenTrace } {
  for (const name of ['runs', 'seed', 'outcomes'] as const) {
    if (flags[name] !== undefined) throw new BadUsage(`-replay: expected no -${name} with it: it does one run again`);
  }
  return { replay: seedOf('replay', seed), trace: openTrace(flags.trace) };
}

/** What to say besides the seed to have the same schedule again: the flags that are not as they are by default. */
function replayFlags({ strategy, procs, machine }: Flags): string[] {
  return [
    ...(strategy === strategies[0].name ? [] : ['-strategy', strategy]),
    ...(procs === PROCS ? [] : ['-procs', procs]),
    ...(machine === undefined ? [] : ['-machine', machine]),
  ];
}
