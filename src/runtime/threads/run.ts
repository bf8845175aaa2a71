// A run on worker threads, seen from Node's main thread, which boots it, keeps its clock, and collects the endings of the
// threads when it is over. After schedinit, main and sysmon in runtime/proc.go.

import { availableParallelism } from 'node:os';
import { field, type Words } from '../memory/address.js';
import { clockOrigin } from '../memory/clock.js';
import { layOut } from '../memory/initial.js';
import { H, P, pAddress, runStatus } from '../memory/layout.js';
import { type HandshakeAct, left, type Message } from '../profiling/handshake.js';
import type { Part, ProfileKind } from '../profiling/part.js';
import type { Ending } from '../run/ending.js';
import { importedModules } from '../run/modulegraph.js';
import type { Program, RunOptions } from '../run/options.js';
import { QUIT, type RunResult, resultOf, workOf } from '../run/result.js';
import type { Snapshot } from '../run/snapshot.js';
import { TIME_SLICE } from '../sched/sched.js';
import { work } from '../sched/work.js';
import { endRun } from './park.js';
import type { Pool } from './pool.js';
import { ANSWER_MS, GRACE_MS, RunProfiles } from './runprofiles.js';
import type { TraceFile } from './tracefile.js';

/** Ticks of sysmon, of 10 ms each, between two reports of progress. */
const PROGRESS_TICKS = 10;
/** Milliseconds that a thread gets to put together its report of a panic or a deadlock: far more than that takes. */
const REPORT_MS = 10_000;

/** Runs programs on the threads of a pool, one after the other. */
export class Threads {
  readonly #origin = clockOrigin();
  #pool: Pool;
  #closed: Promise<void> | undefined;
  /** True if a thread has been told to end, and has not: it is in a call that cannot be interrupted. */
  stuck = false;
  /** The threads of the run that is under way. */
  #running: Collector | undefined;
  readonly #imported = new Map<string, readonly string[]>();
  /** The profiles of the run that is under way. */
  #profiles: RunProfiles | undefined;

  /** @param pool its threads need not be up yet */
  constructor(pool: Pool) {
    this.#pool = pool;
    if (pool.traced) loadTraceFile();
  }

  /**
   * Runs a program to its end.
   * @throws Error if it could not be started, or a thread died
   */
  async run(program: Program, seed: number, options: RunOptions): Promise<RunResult> {
    if (this.#closed !== undefined) this.#pool = this.#pool.restart();
    this.#closed = undefined;
    const pool = this.#pool;
    const { modules } = program;
    const { procs, words } = pool;
    const epoch = this.#now();
    const net = options.onListen && (await import('./dialer.js')); // most runs do not listen
    // `cores` bounds the spinning: where more Ps are awake than there are cores, the P that one waits for may need its very core.
    layOut(words, { procs, seed, cores: availableParallelism(), net: net?.NET_WORDS ?? 0 });
    const netpoller = net && new net.Netpoller(words, options.onListen!);
    if (options.trace !== undefined) (await traceFile(words, options.trace)).begin(options.trace);
    const profiles = new RunProfiles(words, options);
    this.#profiles = profiles;
    const stopSysmon = startSysmon(words, () => this.#now() - epoch, options.onProgress);
    const threads = new Collector();
    this.#running = threads;
    const stopListening = pool.listen((message) => {
      profiles.receive(message as Message);
      threads.recheck();
    });
    const imported = this.#importedModules(modules);
    for (let id = 0; id < procs; id++) {
      threads.add(imported.then((urls) => pool.run({ id, modules, imported: urls, args: program.args ?? [], epoch })));
    }
    const interrupt = () => {
      if (options.signal?.reason === QUIT) words[H.QUIT] = 1;
      endRun(runStatus.interrupted, words);
      threads.recheck();
    };
    if (options.signal?.aborted) interrupt();
    options.signal?.addEventListener('abort', interrupt);
    try {
      await threads.until(() => words[H.STATUS] !== runStatus.running || threads.error !== undefined);
      endRun(runStatus.failed, words); // if a thread has died: the other threads would wait for it
      await threads.until(() => haveReported(words[H.STATUS]!, threads), REPORT_MS);
      await threads.until(() => threads.complete, GRACE_MS);
      const stuck = threads.complete ? [] : stuckIn(words, threads);
      const snapshots = await interruptStuck(words, stuck, threads, profiles);
      // The threads that are not stuck write their traces, and put together what their profiles have found.
      await threads.until(() => haveLeft(words, threads, profiles), REPORT_MS);
      profiles.endInterruption();
      if (!threads.complete) {
        threads.abandon();
        await this.close();
      }
      if (threads.error !== undefined) throw threads.error;
      const result = await reportedResult(words, threads.endings, stuck, snapshots);
      await profiles.finish(threads.endings, stuck);
      if (words[H.TRACING] !== 0) {
        (await traceFile(words, options.trace)).finish(this.#now() - epoch, threads.endings);
      }
      return result;
    } catch (error) {
      if (words[H.TRACING] !== 0) (await traceFile(words, options.trace)).discard();
      throw error;
    } finally {
      netpoller?.end();
      options.signal?.removeEventListener('abort', interrupt);
      stopSysmon();
      profiles.handshakes.end();
      profiles.endInterruption();
      stopListening();
      this.#profiles = undefined;
      this.#running = undefined;
    }
  }

  /** Asks every P of the run that is under way. @throws Error if there is none, or it ends meanwhile */
  async profile(act: HandshakeAct, kind: ProfileKind): Promise<Part[]> {
    if (this.#profiles === undefined) throw new Error('runtime: expected a run that is under way, got none');
    return this.#profiles.handshakes.ask(act, kind);
  }

  /** importedModules, called once for each program: the threads load a module only once. */
  async #importedModules(modules: readonly string[]): Promise<readonly string[]> {
    const key = modules.join(' ');
    const imported = this.#imported.get(key) ?? (await importedModules(modules));
    this.#imported.set(key, imported);
    return imported;
  }

  /** Nanoseconds on the clock of all threads. */
  #now(): number {
    return performance.now() * 1e6 + this.#origin;
  }

  /** Ends the threads, whatever they are doing, but does not wait for those that are stuck. The next run starts new ones. */
  close(): Promise<void> {
    this.#closed ??= this.#pool.close().then((ended) => {
      this.stuck ||= !ended;
    });
    return this.#closed;
  }

  /** The same in the middle of a run, which then never returns: for a process that is about to end. */
  abandon(): Promise<void> {
    this.#running?.abandon();
    return this.close();
  }
}

/** What reports a SIGQUIT: loaded when it is wanted, since few runs end by one. */
function loadQuit(): Promise<typeof import('../run/quit.js')> {
  return import('../run/quit.js');
}

/** The trace file: loaded when it is wanted, since most runs are not traced. */
function loadTraceFile(): Promise<typeof import('./tracefile.js')> {
  return import('./tracefile.js');
}

async function traceFile(words: Words, path: string | undefined): Promise<TraceFile> {
  const { TraceFile } = await loadTraceFile();
  return new TraceFile(words, path);
}

/** Collects the endings of the threads of a run, one by one. */
class Collector {
  readonly endings: Ending[] = [];
  /** Why a thread died. */
  error: unknown;
  #pending = 0;
  #check = () => {};
  #abandoned = false;

  add(task: Promise<Ending>): void {
    this.#pending++;
    const settle = (act: () => void) => {
      this.#pending--;
      act();
      this.#check();
    };
    task.then(
      (ending) => settle(() => this.endings.push(ending)),
      (error: unknown) => {
        if (!this.#abandoned) settle(() => (this.error ??= error));
      },
    );
  }

  /** The threads that are still pending will be ended in the middle of what they do: that is no error. */
  abandon(): void {
    this.#abandoned = true;
  }

  /** True if all threads have ended their part of the run. */
  get complete(): boolean {
    return this.#pending === 0;
  }

  /** True if the thread of this P has ended its part of the run. */
  has(id: number): boolean {
    return this.endings.some((ending) => ending.id === id);
  }

  /** Checks again whether the condition of `until` has become true. */
  recheck(): void {
    this.#check();
  }

  /** Waits until `met` returns true, but no longer than `ms`. @returns whether it became true */
  async until(met: () => boolean, ms = Number.POSITIVE_INFINITY): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const inTime = await new Promise<boolean>((resolve) => {
      this.#check = () => {
        if (met()) resolve(true);
      };
      if (ms < Number.POSITIVE_INFINITY) timer = setTimeout(resolve, ms, false);
      this.#check();
    });
    clearTimeout(timer);
    return inTime;
  }
}

/** True if the threads that report how the run ended have done so, as far as that can be told from its status. */
function haveReported(status: number, threads: Collector): boolean {
  if (threads.complete || threads.error !== undefined) return true;
  switch (status) {
    case runStatus.exited:
      return threads.endings.some((e) => e.main);
    case runStatus.deadlocked:
      return false;
    case runStatus.interrupted:
      return true;
    default:
      return threads.endings.some((e) => e.report !== undefined || e.differs !== undefined);
  }
}

/** The Ps that are in the middle of a goroutine. */
function stuckIn(words: Words, threads: Collector): number[] {
  const up = (id: number) => words[field(pAddress(id), P.UP)] === 1 && words[field(pAddress(id), P.LEFT)] === left.no;
  return ids(words).filter((id) => up(id) && !threads.has(id));
}

/**
 * The run has ended, and these Ps have not noticed: interrupts them for their profiles, and, after a SIGQUIT, for their goroutines.
 * @returns the snapshots of their goroutines
 */
async function interruptStuck(
  words: Words,
  stuck: readonly number[],
  threads: Collector,
  profiles: RunProfiles,
): Promise<Snapshot[]> {
  if (stuck.length === 0) return [];
  if (profiles.any) {
    await profiles.interrupt();
    const answered = (id: number) => words[field(pAddress(id), P.LEFT)] !== left.no;
    await threads.until(() => stuck.every(answered), ANSWER_MS);
  }
  if (words[H.QUIT] === 0) return [];
  return await (await loadQuit()).snapshotsOf(stuck.length, (id) => stuck.includes(id));
}

/** How the run ended; after a SIGQUIT with a report of all goroutines. */
async function reportedResult(
  words: Words,
  endings: readonly Ending[],
  stuck: readonly number[],
  snapshots: readonly Snapshot[],
): Promise<RunResult> {
  const result = resultOf(words, endings);
  if (words[H.QUIT] === 0 || result.status !== 'interrupted') return result;
  const report = (await loadQuit()).quitReport(words, endings, stuck, snapshots);
  return report === '' ? result : { ...result, exitCode: 2, report: `${report}${result.report}` };
}

/** True if every thread has ended its part of the run or posted its last words, except those in the middle of a goroutine. */
function haveLeft(words: Words, threads: Collector, profiles: RunProfiles): boolean {
  if (threads.complete || threads.error !== undefined) return true;
  return ids(words).every((id) => {
    switch (words[field(pAddress(id), P.LEFT)]) {
      case left.yes:
        return threads.has(id);
      case left.interrupted:
        return profiles.hasLastWords(id) || threads.has(id);
      default:
        return true;
    }
  });
}

function ids(words: Words): number[] {
  return Array.from({ length: words[H.NPROCS]! }, (_, id) => id);
}

/**
 * Keeps the run's clock, and preempts goroutines that have run for more than a time slice: each leaves its thread at its next
 * scheduling point. Its timer also keeps Node alive while all threads sleep.
 */
function startSysmon(words: Words, now: () => number, onProgress?: (work: number) => void): () => void {
  let count = 0;
  const ticks = new Int32Array(words[H.NPROCS]!);
  const timer = setInterval(() => {
    words[H.CLOCK] = Math.round(now() / 1e6);
    for (let id = 0; id < ticks.length; id++) {
      const pp = pAddress(id);
      const tick = words[field(pp, P.SCHEDTICK)]!;
      if (tick === ticks[id] && words[field(pp, P.CURG)] !== 0) Atomics.store(words, field(pp, P.PREEMPT), 1);
      ticks[id] = tick;
    }
    if (++count % PROGRESS_TICKS === 0) onProgress?.(workOf(words, work.pixel));
  }, TIME_SLICE);
  return () => clearInterval(timer);
}
