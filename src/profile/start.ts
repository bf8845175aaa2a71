// start(): a program profiles itself with one line at the top of its main. After github.com/pkg/profile.
//
//     const stop = profile.start({ mode: 'cpu' });

import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { field } from '../runtime/memory/address.js';
import { UsageError } from '../runtime/memory/errors.js';
import { H, P } from '../runtime/memory/layout.js';
import { i32 } from '../runtime/memory/memory.js';
import { MEM_PROFILE_RATE } from '../runtime/profiling/part.js';
import { ownProfiles, startOwn, tell } from '../runtime/profiling/threadprofiles.js';
import { engine } from '../runtime/sched/engine.js';
import { m } from '../runtime/sched/g.js';
import { modeMessage, type ProfileMode, profileModes } from './modes.js';

/** Options of start(). */
export interface ProfileOptions {
  /** The kind of profile; default `cpu`. `mem` has the live objects, `allocs` all allocations. */
  readonly mode?: ProfileMode;
  /** Folder of the file, whose name depends on the mode; default the current one. */
  readonly path?: string;
  /** True for no messages on standard error. */
  readonly quiet?: boolean;
}

/** Ends the profile, whose file is written at the end of the run at the latest. Never parks. Callable by two names. */
export interface Stop {
  (): void;
  stop(): void;
}

/** File descriptor of standard error. */
const STDERR = 2;

/**
 * Begins a profile of the whole run, or its trace: on this P at once, on the others at their next scheduling points. It ends
 * when stop() is called, or with the run: when main returns, in a panic, a deadlock, or by Ctrl-C. Never parks. Unlike Go, a
 * trace begins and ends at the next scheduling point of the calling goroutine, because it stops the world; and files are in the
 * current folder, not in a temporary one.
 * @throws UsageError if the run does not write profiles, if the mode does not exist, or if such a profile is in progress
 */
export function start({ mode = 'cpu', path = '.', quiet = false }: ProfileOptions = {}): Stop {
  if (!Object.hasOwn(profileModes, mode)) {
    const names = Object.keys(profileModes).join(', ');
    throw new UsageError(`profile.start: expected a mode out of ${names}, got ${JSON.stringify(mode)}`);
  }
  const { kind, file, what } = profileModes[mode];
  engine(); // throws if there is no run
  if (i32[H.PROFILED] !== 1) {
    throw new UsageError(
      'profile.start: expected a run on threads, with onProfile, such as `mandel run`, or ' +
        'run(program, { onProfile: writeProfile })',
    );
  }
  const target = join(path, file);
  const end = kind === undefined ? beginTrace(target) : beginProfile(kind, target, quiet);
  const rate = mode === 'mem' || mode === 'allocs' ? ` (rate ${MEM_PROFILE_RATE})` : '';
  print(quiet, modeMessage(what, `enabled${rate}`, target));
  let ended = false;
  const stop = () => {
    if (ended) return;
    ended = true;
    end();
    if (kind === undefined) print(quiet, modeMessage(what, 'disabled', target));
  };
  return Object.assign(stop, { stop });
}

function beginProfile(kind: Parameters<typeof startOwn>[0], path: string, quiet: boolean): () => void {
  if (ownProfiles().has(kind)) {
    throw new UsageError(
      `profile.start: expected one ${kind} profile at a time, got another before the first was stopped`,
    );
  }
  startOwn(kind);
  tell({ mandel: 'profile', act: 'start', kind, path, quiet });
  return () => {
    const part = ownProfiles().stop(kind);
    tell({ mandel: 'profile', act: 'stop', kind, path, quiet, ...(part && { part }) });
  };
}

function beginTrace(path: string): () => void {
  changeTrace(path);
  return () => changeTrace(undefined);
}

/** Begins or ends the trace when the running goroutine leaves its P the next time; it is preempted soon for that. */
function changeTrace(path: string | undefined): void {
  engine().trace(path, (error) => print(false, `profile: ${(error as Error).message}\n`), 0);
  i32[field(m.pp, P.PREEMPT)] = 1;
}

function print(quiet: boolean, text: string): void {
  if (!quiet) writeSync(STDERR, text);
}
