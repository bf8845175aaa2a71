// A program's profile of itself, by one line at the top of its main. After github.com/pkg/profile.
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
import { type ProfileMode, profileModes, sayProfile } from './modes.js';

export interface ProfileOptions {
  /** What to make; default `cpu`. `mem` shows what is alive, `allocs` all that was allocated. */
  readonly mode?: ProfileMode;
  /** The folder of the file, whose name is that of the mode; default the current one. */
  readonly path?: string;
  /** True if nothing is to be said on standard error. */
  readonly quiet?: boolean;
}

/** Ends the profile, whose file is there when the run has ended at the latest. Never parks. The same by two names. */
export interface Stop {
  (): void;
  stop(): void;
}

const STDERR = 2;

/**
 * Begins a profile of the whole run, or its trace: on this P at once, on the others at their next scheduling points. It ends
 * when stop() is called, or with the run, however that ends: when main returns, in a panic, a deadlock, or by Ctrl-C. Never
 * parks. Unlike Go, a trace begins and ends at the next scheduling point of the goroutine that asks for it, because all
 * Ps have to stand still then; and files go to the current folder, not to a temporary one.
 * @throws UsageError if nobody would write it, the mode is none, or such a profile is under way
 */
export function start({ mode = 'cpu', path = '.', quiet = false }: ProfileOptions = {}): Stop {
  if (!Object.hasOwn(profileModes, mode)) {
    const names = Object.keys(profileModes).join(', ');
    throw new UsageError(`profile.start: expected a mode out of ${names}, got ${JSON.stringify(mode)}`);
  }
  const { kind, file, what } = profileModes[mode];
  engine(); // says so if there is no run
  if (i32[H.PROFILED] !== 1) {
    throw new UsageError(
      'profile.start: expected a run on threads that somebody writes profiles of, as `mandel run` does, or ' +
        'run(program, { onProfile: writeProfile })',
    );
  }
  const target = join(path, file);
  const end = kind === undefined ? beginTrace(target) : beginProfile(kind, target, quiet);
  const rate = mode === 'mem' || mode === 'allocs' ? ` (rate ${MEM_PROFILE_RATE})` : '';
  say(quiet, sayProfile(what, `enabled${rate}`, target));
  let ended = false;
  const stop = () => {
    if (ended) return;
    ended = true;
    end();
    if (kind === undefined) say(quiet, sayProfile(what, 'disabled', target));
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

/** The trace begins, or ends, when the running goroutine leaves its P the next time, which it is asked to do soon. */
function changeTrace(path: string | undefined): void {
  engine().trace(path, (error) => say(false, `profile: ${(error as Error).message}\n`), 0);
  i32[field(m.pp, P.PREEMPT)] = 1;
}

function say(quiet: boolean, text: string): void {
  if (!quiet) writeSync(STDERR, text);
}
