// The table of commands. The start of threads (cli.ts), the command line (main.ts), help and "did you mean" are made of it.
//
// cli.ts reads it before it starts threads, so it imports nothing but types.

import type { Command } from '../terminal/commander.js';

export interface CommandRow {
  /** The words that call it; '' for rendering, which is called by flags alone. */
  readonly name: string;
  /** What follows `mandel` in a help text. */
  readonly usage: string;
  readonly about: string;
  /** Whether it runs goroutines on threads of this process, which are then started before its module is loaded. */
  readonly needsThreads: boolean;
  /** Whether it accepts words that are not flags. */
  readonly takesWords: boolean;
  /** Loads its module. */
  load(): Promise<Command>;
}

/** The commands, in the order of the help text. */
export const commands: readonly CommandRow[] = [
  {
    name: '',
    usage: '[flags]',
    about: 'renders the Mandelbrot set',
    needsThreads: true,
    takesWords: false,
    load: async () => (await import('./render.js')).renderCommand(),
  },
  {
    name: 'run',
    usage: 'run FILE.js [args]',
    about: 'runs a program',
    needsThreads: true,
    takesWords: true,
    load: async () => (await import('./run/run.js')).runCommand(),
  },
  {
    name: 'examples',
    usage: 'examples',
    about: 'lists programs that run finds by name',
    needsThreads: false,
    takesWords: false,
    load: async () => (await import('./run/programs.js')).examplesCommand(),
  },
  {
    name: 'trace',
    usage: 'trace [flags] FILE',
    about: 'says what is in a trace',
    needsThreads: false,
    takesWords: true,
    load: async () => (await import('./trace/trace.js')).traceCommand(),
  },
  {
    name: 'trace diff',
    usage: 'trace diff A B',
    about: 'compares two traces',
    needsThreads: false,
    takesWords: true,
    load: async () => (await import('./trace/tracediff.js')).traceDiffCommand(),
  },
  {
    name: 'pprof',
    usage: 'pprof [flags] FILE',
    about: 'says what is in a profile',
    needsThreads: false,
    takesWords: true,
    load: async () => (await import('./pprof/pprof.js')).pprofCommand(),
  },
  {
    name: 'compare',
    usage: 'compare [modes]',
    about: 'what the modes cost',
    needsThreads: false, // each of its runs is a process
    takesWords: true,
    load: async () => (await import('./compare/compare.js')).compareCommand(),
  },
  {
    name: 'scale',
    usage: 'scale [flags]',
    about: 'how a mode scales, simulated',
    needsThreads: false, // a simulation starts a thread of its own
    takesWords: false,
    load: async () => (await import('./scale/scale.js')).scaleCommand(),
  },
  {
    name: 'web',
    usage: 'web [flags]',
    about: 'serves pictures over HTTP',
    needsThreads: false, // a service starts once, and may take longer
    takesWords: false,
    load: async () => (await import('./web.js')).webCommand(),
  },
  {
    name: 'explore',
    usage: 'explore FILE.js',
    about: 'finds schedules that go wrong',
    needsThreads: false, // simulated as well
    takesWords: true,
    load: async () => (await import('./explore/explore.js')).exploreCommand(),
  },
  {
    name: 'load',
    usage: 'load [flags] URL',
    about: 'puts a server under load',
    needsThreads: false,
    takesWords: true,
    load: async () => (await import('./load.js')).loadCommand(),
  },
  {
    name: 'calibrate',
    usage: 'calibrate [flags]',
    about: 'measures what things cost here, for -machine',
    needsThreads: false, // each of its programs is measured on new threads
    takesWords: false,
    load: async () => (await import('./calibrate.js')).calibrateCommand(),
  },
];

/** Words that are no commands: main() answers them itself. */
export const answeredWords = [
  { name: 'help', usage: 'help [command]', about: 'what a command does, and its flags' },
  { name: 'version', usage: 'version', about: 'the version' },
] as const;

/** A command, and the words that follow its name. */
export interface Call {
  readonly row: CommandRow;
  readonly words: readonly string[];
}

/** The command that renders. */
export const rendering = commands[0]!;

/** The command whose name `argv` begins with: of `trace` and `trace diff` the longer one. */
export function namedCommand(argv: readonly string[]): Call | undefined {
  for (const count of [2, 1]) {
    const name = argv.slice(0, count).join(' ');
    const row = commands.find((each) => each.name !== '' && each.name === name);
    if (row !== undefined) return { row, words: argv.slice(count) };
  }
  return undefined;
}

/** The command that `argv` calls: by its name, or rendering by flags or no words at all. Undefined if its first word names none. */
export function calledCommand(argv: readonly string[]): Call | undefined {
  const [first = ''] = argv;
  return first === '' || first.startsWith('-') ? { row: rendering, words: argv } : namedCommand(argv);
}
