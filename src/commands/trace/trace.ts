// mandel trace: a summary of an execution trace, ours or a Go program's; or a profile of its waits, or the trace in another
// format. After Go's cmd/trace.

import { inLocale } from '../../lib/locale.js';
import { parseDuration } from '../../lib/numbers.js';
import { encodeProfile } from '../../pprof/proto.js';
import { durationText } from '../../pprof/time.js';
import { blockingProfile, sampleProfile } from '../../pprof/tracewaits.js';
import { Command } from '../../terminal/commander.js';
import { refuseTerminal, writeAll } from '../../terminal/output.js';
import { columnsOfOutput, helpList } from '../../terminal/text.js';
import { BadUsage, choice } from '../../terminal/usage.js';
import { blocking, type ProfileKind, whereabouts } from '../../trace/analysis/blocking.js';
import { objectTable } from '../../trace/analysis/objects.js';
import { type Summary, summarize } from '../../trace/analysis/summary.js';
import { eventName } from '../../trace/event.js';
import { chromeTrace } from '../../trace/export/chrome.js';
import { csvTrace } from '../../trace/export/csv.js';
import { dumpTrace } from '../../trace/export/dump.js';
import { perfettoTrace } from '../../trace/export/perfetto.js';
import { bytesOf, entryName, type Trace } from '../../trace/model.js';
import { ObjectReader } from '../../trace/objects.js';
import { partOf } from '../../trace/part.js';
import { criticalJson, criticalText } from './criticaltext.js';
import { objectsText } from './objectstext.js';
import { type Opened, openAnonymous, openWithProgress, warn } from './opening.js';
import { cutText, summaryText } from './summarytext.js';

interface Flags {
  readonly http?: string;
  readonly open?: boolean;
  readonly pprof?: string;
  readonly export?: string;
  readonly d?: boolean;
  readonly json?: boolean;
  readonly objects?: boolean;
  readonly critical?: boolean;
  readonly anonymize?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly o: string;
}

type Pieces = Iterable<string | Uint8Array>;

interface Format {
  readonly name: string;
  readonly about: string;
  /** Whether it is bytes instead of text. */
  readonly binary: boolean;
  pieces(trace: Trace): Pieces;
}

const exports: readonly Format[] = [
  { name: 'chrome', about: 'JSON for chrome://tracing and ui.perfetto.dev', binary: false, pieces: chromeTrace },
  { name: 'perfetto', about: 'a trace for ui.perfetto.dev and trace_processor', binary: true, pieces: perfettoTrace },
  { name: 'csv', about: 'one line per event', binary: false, pieces: csvTrace },
];

const profiles: readonly { readonly name: ProfileKind | 'cpu'; readonly about: string }[] = [
  { name: 'net', about: 'waits for the network' },
  { name: 'sync', about: 'waits for channels, locks, and other goroutines' },
  { name: 'syscall', about: 'system calls that took long' },
  { name: 'sched', about: 'from being created or unblocked to running' },
  { name: 'cpu', about: "the samples of Go's CPU profiler in the trace, if it ran" },
];

/** The flags that ask for the page. */
const PAGE = ['http', 'open'];

/** Spans of the curves in -json: enough for a chart. */
const JSON_SPANS = 100;

const anonymous = `The copy of -anonymize has other names for functions, packages and files that
are not of Go's standard library, for tasks, regions and log keys; it has other
log messages and program counters, and no data of experiments. It has the same
times, wall clock, ids, lines and sizes, and what Go's runtime writes itself.
`;

export function traceCommand(): Command {
  return new Command('mandel trace')
    .usage('[flags] FILE')
    .description('Says what is in an execution trace, from mandel or from a Go program of 1.7 to 1.26.')
    .argument(
      '[file]',
      'the trace; - is standard input, and it may be an address, such as http://host/debug/pprof/trace?seconds=5',
    )
    .argument('[more...]')
    .option('--http <address>', 'show it as a page at host:port, on this computer unless a host is given')
    .option('--open', 'open a browser with the page; without -http at localhost:0')
    .option('--pprof <kind>', 'write a pprof profile of the waits instead, see below')
    .option('--export <format>', 'write the trace in another format instead, see below')
    .option('--d', 'print the events as text instead, as go tool trace -d does')
    .option('--json', 'the summary as JSON')
    .option('--objects', 'for each channel, lock and timer, who waited for it how often and how long')
    .option('--critical', 'what the whole run had to wait for, from its beginning to its end')
    .option('--anonymize', 'write a copy without the names of the program, for a bug report; see below')
    .option('--from <time>', 'only what is after this time since the beginning, such as 1.5s')
    .option('--to <time>', 'only what is up to this time')
    .option('--o <file>', 'where to write; - is standard output', '-')
    .addHelpText('after', `\nProfiles:\n${helpList(profiles)}\nFormats:\n${helpList(exports)}`)
    .addHelpText('after', anonymous)
    .addHelpText('after', 'Also:\n  mandel trace diff A B   compares two traces; see mandel trace diff -help')
    .passThroughOptions()
    .action(async (file: string | undefined, more: string[], flags: Flags, command: Command) => {
      const asksPage = flags.http !== undefined || flags.open === true;
      if (asksPage) checkAlone(command);
      process.exitCode = await (asksPage ? showPage : show)(file, more, flags);
    });
}

/** Serves the page until the process is interrupted. @returns the exit status */
async function showPage(file: string | undefined, more: readonly string[], flags: Flags): Promise<number> {
  checkFiles(file, more);
  const { serveTrace } = await import('./page.js');
  return serveTrace(file, flags.http ?? 'localhost:0', { open: flags.open === true });
}

/** Checks that the page is all that is asked for. @throws BadUsage */
function checkAlone(command: Command): void {
  const written = (name: string) => command.getOptionValueSource(name) === 'cli';
  const [page = ''] = PAGE.filter(written);
  const other = command.options
    .map((option) => option.attributeName())
    .find((name) => !PAGE.includes(name) && written(name));
  if (other === undefined) return;
  const why = other === 'from' || other === 'to' ? ': a part is selected on the page' : '';
  throw new BadUsage(`trace: expected -${page} without -${other}${why}`);
}

function checkFiles(file: string | undefined, more: readonly string[]): void {
  if (more.length === 0) return;
  const got = JSON.stringify([file, ...more].join(' '));
  throw new BadUsage(`trace: expected one FILE after the flags, got ${got}; flags come first`);
}

/** @returns the exit status */
async function show(file: string | undefined, more: readonly string[], flags: Flags): Promise<number> {
  if (file === undefined) throw new BadUsage('trace: expected a FILE to read, got nothing; see mandel trace -help');
  checkFiles(file, more);
  checkViews(flags);
  if (flags.anonymize) {
    if (flags.o === '-') refuseTerminal('-anonymize', 'a trace');
    return writeAll(flags.o, await openAnonymous(file));
  }
  const view = viewOf(flags);
  const [from, to] = [timeOf('from', flags.from), timeOf('to', flags.to)];
  const whole = await openWithProgress(file, flags.d);
  const opened = from === undefined && to === undefined ? whole : { ...whole, trace: partBetween(whole, from, to) };
  if (!view.tellsCut) warnIfCut(opened);
  return writeAll(flags.o, view.pieces(opened));
}

/** The value of -from or -to in nanoseconds. @throws BadUsage */
function timeOf(flag: 'from' | 'to', text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ns = parseDuration(text);
  if (ns === undefined)
    throw new BadUsage(`-${flag}: expected a time such as 1.5s or 20ms, got ${JSON.stringify(text)}`);
  return ns;
}

/** The part of the trace between two times. @throws BadUsage if there is none */
function partBetween({ trace, file }: Opened, from = 0, to = trace.durationNs): Trace {
  if (from < to && from < trace.durationNs) return partOf(trace, from, to);
  throw new BadUsage(
    `trace: ${file}: expected -from before -to within the ${durationText(trace.durationNs)} of the trace, ` +
      `got ${durationText(from)} and ${durationText(to)}`,
  );
}

/** A form in which the trace is shown. */
interface View {
  /** Whether it says itself that the file is truncated. */
  readonly tellsCut: boolean;
  pieces(opened: Opened): Pieces;
}

/** Checks that the flags ask for one view of the trace. @throws BadUsage */
function checkViews(flags: Flags): void {
  const asked = (['pprof', 'export', 'd', 'json', 'anonymize'] as const).filter((name) => flags[name] !== undefined);
  if (asked.length > 1) {
    throw new BadUsage(
      `trace: expected one of -pprof, -export, -d, -json and -anonymize, got -${asked.join(' and -')}`,
    );
  }
  for (const name of ['objects', 'critical'] as const) checkView(flags, name);
  if ((flags.from ?? flags.to) === undefined) return;
  if (flags.d) throw new BadUsage('trace: expected -d without -from and -to: it prints the records of the file');
  if (flags.anonymize)
    throw new BadUsage('trace: expected -anonymize without -from and -to: it copies the records of the file');
}

/** What the flags ask for. @throws BadUsage */
function viewOf(flags: Flags): View {
  if (flags.pprof !== undefined) {
    const { name } = choice('pprof', flags.pprof, profiles);
    if (flags.o === '-') refuseTerminal(`-pprof ${name}`, 'a profile');
    const pieces = ({ trace }: Opened) => [
      encodeProfile(name === 'cpu' ? sampleProfile(trace) : blockingProfile(trace, blocking(trace, name))),
    ];
    return { tellsCut: false, pieces };
  }
  if (flags.export !== undefined) {
    const { name, binary, pieces } = choice('export', flags.export, exports);
    if (binary && flags.o === '-') refuseTerminal(`-export ${name}`, 'a trace');
    return { tellsCut: false, pieces: ({ trace }) => pieces(trace) };
  }
  if (flags.d) return { tellsCut: false, pieces: ({ trace, bytes }) => dumpTrace(trace, bytes!) };
  if (flags.objects) return objectsView(flags.json === true);
  if (flags.critical) {
    const text = ({ trace, file }: Opened) =>
      flags.json ? criticalJson(file, trace) : inLocale(criticalText(file, trace, columnsOfOutput()));
    return { tellsCut: false, pieces: (opened) => [text(opened)] };
  }
  if (flags.json) {
    return { tellsCut: true, pieces: ({ trace, file }) => [summaryJson(file, trace, summarize(trace, JSON_SPANS))] };
  }
  const columns = columnsOfOutput();
  const text = ({ trace, file }: Opened) => [
    inLocale(summaryText(file, trace, (spans) => summarize(trace, spans), columns)),
  ];
  return { tellsCut: true, pieces: text };
}

/** @throws BadUsage if a flag that only -json may stand beside stands beside another one */
function checkView(flags: Flags, name: 'objects' | 'critical'): void {
  const others = (['pprof', 'export', 'd', 'objects', 'critical', 'anonymize'] as const).filter(
    (flag) => flag !== name,
  );
  const other = others.find((flag) => flags[flag] !== undefined);
  if (flags[name] && other !== undefined) throw new BadUsage(`trace: expected -${name} without -${other}`);
}

function objectsView(asJson: boolean): View {
  const pieces = ({ trace, file }: Opened) => {
    const objects = objectTable(trace);
    return [asJson ? `${JSON.stringify({ file, ...objects }, null, 2)}\n` : inLocale(objectsText(file, objects))];
  };
  return { tellsCut: false, pieces };
}

/** Says on standard error that the file is truncated, if it is and that has not been said. */
function warnIfCut({ file, trace, broken }: Opened): void {
  if (trace.cut && broken === undefined) warn(file, cutText(trace));
}

/** The summary as JSON, with goroutines and places by name. */
function summaryJson(file: string, trace: Trace, summary: Summary): string {
  const { events, goroutines } = trace;
  const reader = new ObjectReader(trace);
  const goroutine = (g: number) => ({ g: goroutines.id[g]!, body: entryName(trace, g) });
  const { waits, bodies, concurrency, cut, collections, beganNs, ...rest } = summary;
  const curve = ({ spans, ...figures }: Summary['concurrency']['running']) => ({
    ...figures,
    spans: Array.from(spans),
  });
  const value = {
    file,
    began: beganNs === undefined ? null : new Date(Number(beganNs / 1_000_000n)).toISOString(),
    cut: cut ?? null,
    memoryBytes: bytesOf(trace),
    ...rest,
    parallelism: concurrency.running.mean,
    concurrency: {
      running: curve(concurrency.running),
      runnable: curve(concurrency.runnable),
      waiting: curve(concurrency.waiting),
      runningAtOnceNs: concurrency.runningAtOnceNs,
    },
    bodies: bodies.map(({ spent, ...body }) => ({
      ...body,
      spent: Object.fromEntries(spent.map(({ activity, ...figures }) => [activity, figures])),
    })),
    waits: waits.map(({ g, activity, reason, from, startNs, durationNs, ended }) => ({
      ...goroutine(g),
      activity,
      reason,
      startNs,
      durationNs,
      object: reader.of(events.stack[from]!) ?? null,
      at: whereabouts(trace, events.stack[from]!),
      endedBy:
        ended < 0
          ? null
          : {
              ...goroutine(events.g[ended]!),
              event: eventName(events.type[ended]!),
              at: whereabouts(trace, events.stack[ended]!),
            },
    })),
    collections: collections ?? null,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
