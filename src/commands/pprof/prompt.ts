// The prompt of mandel pprof: reports of one profile, one after the other, with options that stay set. After interactive.go
// in google/pprof's internal/driver.
//
// Reports and prompts go to standard output and all else to standard error, so that a script can read the reports.

import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { inLocale } from '../../lib/locale.js';
import type { Config } from '../../pprof/config.js';
import type { Profile } from '../../pprof/profile.js';
import { newReport, profileLabels } from '../../pprof/report.js';
import { sampleIndex } from '../../pprof/samples.js';
import { writeAll } from '../../terminal/output.js';
import { choices, groups, optionOf, options, withOption } from './options.js';
import { helpText, type Order, orderOf } from './promptline.js';
import { outputOf, piecesOf, reports } from './reports.js';

const PROMPT = '(pprof) ';

const say = (text: string) => void process.stderr.write(`${inLocale(text)}\n`);

/** Answers the lines of standard input until it ends or a line is `quit`. @returns the exit status */
export async function prompt(profile: Profile, start: Config): Promise<number> {
  const session = new Session(profile, { ...start, compact_labels: true });
  process.stdout.on('error', () => process.exit(0)); // the reader has closed the pipe
  session.greet();
  const input = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: process.stdin.isTTY && process.stdout.isTTY,
    prompt: PROMPT,
    completer: completer(profile),
  });
  for await (const line of linesOf(input)) {
    if ((await session.answer(line)) === 'quit') break;
  }
  input.close();
  return 0;
}

/** The lines, each with a prompt when the one before it has been answered. */
async function* linesOf(input: Interface): AsyncGenerator<string> {
  const terminal = input.terminal;
  if (terminal) {
    input.on('SIGINT', () => {
      process.stdout.write('\n');
      input.write(null, { ctrl: true, name: 'u' });
      input.prompt();
    });
  }
  const showPrompt = () => (terminal ? input.prompt() : void process.stdout.write(PROMPT));
  showPrompt();
  for await (const line of input) {
    yield line;
    showPrompt();
  }
  if (terminal) process.stdout.write('\n');
}

/** A profile, and the options that lines have set. */
class Session {
  readonly #profile: Profile;
  /** Lines that stand for others. */
  readonly #shortcuts: ReadonlyMap<string, readonly string[]>;
  #config: Config;

  constructor(profile: Profile, config: Config) {
    this.#profile = profile;
    this.#config = config;
    this.#shortcuts = new Map<string, readonly string[]>([
      [':', ['focus=', 'ignore=', 'hide=', 'tagfocus=', 'tagignore=']],
      ...profile.sampleTypes.flatMap(({ type }) => {
        const shown = `sample_index=${type}`;
        return [
          [type, [shown]],
          [`total_${type}`, ['mean=0', shown]],
          [`mean_${type}`, ['mean=1', shown]],
        ] as const;
      }),
    ]);
  }

  greet(): void {
    try {
      const report = newReport(this.#profile, 'top', { ...this.#config, compact_labels: false });
      say(profileLabels(report).join('\n'));
      if (report.total === 0 && this.#profile.sampleTypes.length > 1) {
        const types = this.#profile.sampleTypes.map(({ type }) => type).join(', ');
        say(`No samples of type ${report.type} were found; sample_index=NAME shows another one of ${types}`);
      }
    } catch (error) {
      say((error as Error).message);
    }
    say('Entering interactive mode (type "help" for commands, "o" for options)');
  }

  /** Answers a line. */
  async answer(line: string): Promise<'quit' | undefined> {
    for (const part of this.#shortcuts.get(line.trim()) ?? [line]) {
      try {
        if ((await this.#answerPart(part)) === 'quit') return 'quit';
      } catch (error) {
        say((error as Error).message);
      }
    }
    return undefined;
  }

  async #answerPart(line: string): Promise<'quit' | undefined> {
    if (this.#assign(line)) return undefined;
    const [word, ...rest] = line.split(/\s+/).filter((each) => each !== '');
    switch (word) {
      case undefined:
        return undefined;
      case 'quit':
      case 'exit':
      case 'q':
        return 'quit';
      case 'o':
      case 'options':
        say(this.#optionsText());
        return undefined;
      case 'help':
        say(helpText(rest.join(' ')));
        return undefined;
      default:
        await this.#report(orderOf(word, rest, this.#config));
        return undefined;
    }
  }

  /** Sets an option by `name=value`, or by the name alone if it needs no value. @returns whether the line does that */
  #assign(line: string): boolean {
    const equals = line.indexOf('=');
    const name = (equals < 0 ? line : line.slice(0, equals)).trim();
    if (optionOf(name) === undefined) return false;
    const value =
      equals < 0
        ? undefined
        : line
            .slice(equals + 1)
            .replace(/\/\/:.*$/, '')
            .trim();
    const config = withOption(this.#config, name, value);
    if (name === 'sample_index') {
      const { type } = this.#profile.sampleTypes[sampleIndex(this.#profile, config.sample_index)]!;
      this.#config = { ...config, sample_index: type };
    } else {
      this.#config = config;
    }
    return true;
  }

  async #report({ asked, config }: Order): Promise<void> {
    const pieces = await piecesOf(this.#profile, asked, config, say);
    const output = outputOf(asked.name, config.output, true);
    if (output === '-') {
      for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
      return;
    }
    say(`Generating report in ${output}`);
    await writeAll(output, pieces);
  }

  #optionsText(): string {
    const types = this.#profile.sampleTypes.map(({ type }) => type);
    const config = this.#config;
    const line = (name: string, value: string, comment: string) =>
      `  ${name.padEnd(25)} = ${value.padEnd(20)} ${comment === '' ? '' : `//: ${comment}`}`;
    const single = options.map(({ name }) => {
      const value = String(config[name]);
      if (name === 'sample_index') {
        return line(name, value || types[sampleIndex(this.#profile, value)]!, `[${types.join(' | ')}]`);
      }
      if (name === 'nodecount' && value === '-1') return line(name, value, 'default');
      return line(name, value === '' ? '""' : value, '');
    });
    const several = (['sort', 'granularity'] as const).map((group) =>
      line(group, config[group], `[${[...groups[group]].sort().join(' | ')}]`),
    );
    return [...single, ...several].sort().join('\n');
  }
}

/** Most functions that are proposed: about a screen full. */
const MAX_SHOWN = 50;

/**
 * The completer of the prompt, which readline calls with the line so far: it returns the completions, and the part of the line
 * that they replace. The first word is a command or an option, the others are functions of the profile.
 */
function completer(profile: Profile): (line: string) => [string[], string] {
  const words = [
    ...reports.map(({ name }) => name),
    ...['help', 'options', 'quit', 'exit'],
    ...options.map(({ name, kind }) => (kind === 'boolean' ? name : `${name}=`)),
    ...Object.keys(choices),
    ...Object.keys(groups).map((name) => `${name}=`),
    ...profile.sampleTypes.map(({ type }) => type),
  ];
  const functions = [...new Set(profile.functions.map(({ name }) => name))].sort();
  return (line) => {
    const [command = '', ...rest] = line.trimStart().split(/\s+/);
    if (rest.length === 0) return [words.filter((word) => word.startsWith(command)), command];
    const last = rest.at(-1)!;
    if (command === 'help')
      return [words.map((word) => word.replace(/=$/, '')).filter((word) => word.startsWith(last)), last];
    const sample = /^sample_index=/.exec(command);
    if (sample) return [[], last];
    const part = last.replace(/^-/, '');
    const found = part === '' ? [] : functions.filter((name) => name.includes(part));
    return [found.slice(0, MAX_SHOWN).map(asPattern), part];
  };
}

/** A name as a pattern that matches it; a dot, which every name has, stays readable. */
function asPattern(name: string): string {
  return name.replaceAll(/[\\^$*+?()[\]{}|]/g, '\\$&');
}
