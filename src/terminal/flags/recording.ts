// Recording flags: -trace, and -cpuprofile and the like as go test has them. Other commands read the files.

import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { reason } from '../../lib/systemerror.js';
import type { ProfileKind, RawProfile, RunOptions } from '../../runtime/start.js';
import type { Command } from '../commander.js';
import { type Output, openOutput, refuseTerminal, temporaryFolder } from '../output.js';
import { BadUsage } from '../usage.js';

/** Adds the flag -trace to a command. */
export function traceOption(command: Command, what = 'write an execution trace of the run'): Command {
  return command.option('--trace <file>', `${what}, for mandel trace and go tool trace; - is standard output`);
}

/** Adds the flag -view to a command. */
export function viewTraceOption(command: Command): Command {
  return command.option('--view', 'then show the trace of the run in a browser, until Ctrl-C');
}

/** The trace of a run, from before the run until its file is complete. */
export interface OpenTrace {
  /** Options of the run. */
  readonly options: { readonly trace?: string };
  /** After the run: copies a trace that is for standard output there. @throws Error in one line */
  deliver(): Promise<void>;
  /** Removes the temporary file, if there is one. */
  discard(): void;
}

/**
 * Prepares the trace that -trace and -view ask for. All threads of a run write to the file, piece by piece, so a trace for standard
 * output, which is `-`, is written to a temporary file first; so is one that is only shown.
 * @throws BadUsage; Error in one line
 */
export function openTrace(file: string | undefined, isShown = false): OpenTrace {
  if (file === '') throw new BadUsage('-trace: expected a file name, got nothing');
  if (file === '-' && isShown) throw new BadUsage('-view: expected a file for -trace, got "-"');
  if (file === undefined && !isShown) return { options: {}, async deliver() {}, discard() {} };
  if (file !== undefined && file !== '-') return { options: { trace: file }, async deliver() {}, discard() {} };
  const flag = isShown ? '-view' : '-trace -';
  if (!isShown) refuseTerminal(flag, 'a trace');
  const folder = temporaryFolder(flag, 'mandel-trace-');
  const trace = join(folder, 'trace.out');
  return {
    options: { trace },
    deliver: isShown ? async () => {} : () => toStandardOutput(trace),
    discard: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function toStandardOutput(trace: string): Promise<void> {
  try {
    const { pipeline } = await import('node:stream/promises');
    await pipeline(createReadStream(trace), process.stdout, { end: false });
  } catch (error) {
    // The reader has closed the pipe, or there is no trace because the run did not begin.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPIPE' && code !== 'ENOENT') throw new Error(`-trace -: ${reason(error)}`);
  }
}

export interface ProfileFlags {
  readonly cpuprofile?: string;
  readonly memprofile?: string;
  readonly blockprofile?: string;
  readonly mutexprofile?: string;
  readonly goroutineprofile?: string;
}

/** The profile that each flag asks for. -memprofile is of all allocations, because little is alive when a program ends. */
const kinds: Readonly<Record<keyof ProfileFlags, ProfileKind>> = {
  cpuprofile: 'cpu',
  memprofile: 'allocs',
  blockprofile: 'block',
  mutexprofile: 'mutex',
  goroutineprofile: 'goroutine',
};

/** The names of these flags, without the dash. */
export const profileFlagNames = Object.keys(kinds) as (keyof ProfileFlags)[];

/** Adds the flags to a command. */
export function profileOptions(command: Command): Command {
  return command
    .option('--cpuprofile <file>', 'write a CPU profile of the run, for mandel pprof and go tool pprof')
    .option('--memprofile <file>', 'the same of what it allocates')
    .option('--blockprofile <file>', 'the same of where goroutines wait')
    .option('--mutexprofile <file>', 'the same of who lets others wait for a mutex')
    .option('--goroutineprofile <file>', 'the same of the goroutines that there are when it ends');
}

/** The profiles of a run, from before the run until their files are complete. */
export interface OpenProfiles {
  /** Options of the run. */
  readonly options: Pick<RunOptions, 'profiles' | 'onProfile'>;
  /** Removes files that are not complete. */
  discard(): void;
}

/**
 * Prepares the profiles that the flags ask for: makes sure that their files can be written.
 * @throws BadUsage; Error in one line
 */
export function openProfiles(flags: ProfileFlags & { readonly engine: string }): OpenProfiles {
  const asked = profileFlagNames.filter((name) => flags[name] !== undefined);
  if (asked[0] !== undefined && flags.engine === 'sim') {
    throw new BadUsage(`-${asked[0]}: expected -engine threads with it, got -engine sim, where time is virtual`);
  }
  const outputs = new Map<ProfileKind, Output>();
  const discard = () => {
    for (const output of outputs.values()) output.discard();
  };
  const profiles: Partial<Record<ProfileKind, string>> = {};
  try {
    for (const name of asked) {
      if (flags[name] === '-') refuseTerminal(`-${name} -`, 'a profile');
      const output = openOutput(flags[name]!, name);
      outputs.set(kinds[name], output);
      profiles[kinds[name]] = output.path;
    }
  } catch (error) {
    discard();
    throw error;
  }
  // Most runs are not profiled. Where one is, this is loaded while the program runs.
  const load = () => import('../../profile/write.js');
  const loading = asked.length > 0 ? load() : undefined;
  const onProfile = async (raw: RawProfile) => {
    const { profileBytes, sayMissing, writeProfile } = await (loading ?? load());
    const output = outputs.get(raw.kind);
    if (output?.path !== raw.path) {
      writeProfile(raw); // one that the program itself has asked for
      return;
    }
    output.write(profileBytes(raw));
    const name = asked.find((each) => kinds[each] === raw.kind)!;
    sayMissing(`mandel: -${name} ${flags[name]}`, raw);
  };
  return { options: { profiles, onProfile }, discard };
}
