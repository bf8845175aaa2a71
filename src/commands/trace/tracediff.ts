// mandel trace diff: the difference between two traces, of the whole and of each body.

import { foldLine } from '../../lib/lines.js';
import { inLocale } from '../../lib/locale.js';
import { count, plural } from '../../lib/numbers.js';
import { Command } from '../../terminal/commander.js';
import { writeAll } from '../../terminal/output.js';
import { columnsOfOutput, percent, table, time } from '../../terminal/text.js';
import { BadUsage } from '../../terminal/usage.js';
import { type Change, type Difference, difference, type Summary, summarize } from '../../trace/analysis/summary.js';
import { openWithProgress } from './opening.js';
import { activityText } from './summarytext.js';

interface Flags {
  readonly json?: boolean;
  readonly o: string;
}

/** Most bodies that are listed: more than a person reads. -json has all of them. */
const MAX_BODIES = 8;
/** Widths of the columns: the name, A, B, the difference, and the relative difference. */
const widths = [24, 12, 12, 12, 9];

export function traceDiffCommand(): Command {
  return new Command('mandel trace diff')
    .usage('[flags] A B')
    .description('Compares two execution traces: what B spends more or less than A.')
    .argument('[files...]', 'the traces: files or addresses; - is standard input')
    .option('--json', 'as JSON')
    .option('--o <file>', 'where to write; - is standard output', '-')
    .passThroughOptions()
    .action(async (files: string[], flags: Flags) => {
      process.exitCode = await diff(files, flags);
    });
}

/** @returns the exit status */
async function diff(files: readonly string[], flags: Flags): Promise<number> {
  const [a, b] = files;
  if (a === undefined || b === undefined || files.length > 2) {
    throw new BadUsage(
      `trace diff: expected two traces after the flags, got ${files.length}; see mandel trace diff -help`,
    );
  }
  if (a === '-' && b === '-')
    throw new BadUsage('trace diff: expected one trace on standard input, got two; name a file for the other');
  // One after the other: only one of them is in memory at a time.
  const summaryOf = async (source: string): Promise<Side> => {
    const { file, trace } = await openWithProgress(source);
    return { file, summary: summarize(trace, 1) };
  };
  const inA = await summaryOf(a);
  const inB = await summaryOf(b);
  const found = difference(inA.summary, inB.summary);
  const text = flags.json
    ? `${JSON.stringify({ a: inA.file, b: inB.file, ...found }, null, 2)}\n`
    : inLocale(diffText(inA, inB, found));
  return writeAll(flags.o, [text]);
}

/** One of the traces. */
interface Side {
  readonly file: string;
  readonly summary: Summary;
}

function diffText(inA: Side, inB: Side, { figures, bodies }: Difference): string {
  const columns = columnsOfOutput();
  const name = (letter: string, { file, summary: { version, durationNs, procs, counts, cut } }: Side) =>
    `${foldLine(
      `${letter}  ${file}: go 1.${version} trace, ${time(durationNs, 4)}, ${plural(procs.length, 'P')}, ` +
        `${plural(counts.events, 'event')}${cut ? ', cut' : ''}`,
      columns,
      5,
    )}\n`;
  const changed = bodies.filter((body) => body.execution.change || body.runnable.change || body.blocked.change);
  const shown = changed.slice(0, MAX_BODIES);
  return (
    `${name('A', inA)}${name('B', inB)}\n` +
    table([['', 'A', 'B', 'B - A', '']], widths, '') +
    table(figures.filter(({ a: x, b: y }) => x !== 0 || y !== 0).map(row), widths, '') +
    (shown.length > 0 ? '\nBodies that changed most, time summed over their goroutines\n' : '\nNo body changed.\n') +
    shown
      .map(
        ({ name: body, goroutines, execution, runnable, blocked }) =>
          `${body === '' ? '(unknown)' : body}\n` +
          table(
            [goroutines, execution, runnable, blocked].filter((c) => c.a !== 0 || c.b !== 0).map(row),
            widths.with(0, widths[0]! - 2),
          ),
      )
      .join('') +
    (changed.length > shown.length ? `and ${count(changed.length - shown.length)} more\n` : '')
  );
}

function row({ what, unit, a, b, change, relative }: Change): readonly string[] {
  const form = { ns: (n: number) => time(n), count, mean: (n: number) => n.toFixed(2) }[unit];
  const sign = change > 0 ? '+' : '';
  return [
    label(what),
    form(a),
    form(b),
    change === 0 ? '=' : sign + form(change),
    change === 0 ? '' : relative === null ? 'new' : b === 0 ? 'gone' : `${sign}${percent(relative)}`,
  ];
}

/** `blocked: receive` in words. */
function label(what: string): string {
  const activity = /^(?:blocked|running): (.*)$/.exec(what)?.[1];
  return activity === undefined ? what : `  ${activityText(activity)}`;
}
