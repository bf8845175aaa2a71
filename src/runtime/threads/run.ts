// A run on worker threads, seen from Node's main thread, which boots it, keeps its clock, and collects what the threads
// have to say when it is over. After schedinit, main and sysmon in runtime/proc.go.

import { availableParallelism } from 'node:os';
import { field, type Words } from '../memory/address.js';
import { clockOrigin } from '../memory/clock.js';
import { layOut } from '../memory/initial.js';
import { H, P, pAddress, runStatus } from '../memory/layout.js';
import { type ErrandAct, left, type Message } from '../profiling/errand.js';
import type { Part, ProfileKind } from '../profiling/part.js';
import type { Ending } from '../run/ending.js';
import { importedModules } from '../run/modulegraph.js';
import type { Program, RunOptions } from '../run/options.js';
import { QUIT, type RunResult, resultOf, workOf } from '../run/result.js';
import { TIME_SLICE } from '../sched/sched.js';
import { work } from '../sched/work.js';
import { ANSWER_MS, GRACE_MS } from './errands.js';
import { endRun } from './park.js';
import type { Pool } from './pool.js';
import { RunProfiles } from './profiles.js';
import type { TraceFile } from './tracefile.js';

/** Looks of sysmon between two reports of progress. */
const PROGRESS_LOOKS = 10;
/** Milliseconds that a thread gets to put together what it has to say about a panic or a deadlock: far too many. */
const REPORT_MS = 10_000;

/** Runs programs on threads of its own, one after the other. */
export class Threads {
  readonly #origin = clockOrigin();
  #pool: Pool;
  #closed: Promise<void> | undefined;
  /** True if a thread has been told to end, and has not: it is in a call that cannot be interrupted. */
  stuck = false;
  #running: Gathering | undefined;
  readonly #imported = new Map<string, readonly string[]>();
  /** Of the run that is under way. */
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
    if (this.#closed !== undefined) this.#pool = this.#pool.again();
    this.#closed = undefined;
    const pool = this.#pool;
    const { modules } = program;
    const { procs, words } = pool;
    const epoch = this.#now();
    // Never spin if there are more Ps than cores: the one waited for may need the very core.
    const net = options.onListen && (await import('./dialer.js')); // most runs do not listen
    layOut(words, { procs, seed, cores: availableParallelism(), net: net?.NET_WORDS ?? 0 });
    const netpoller = net && new net.Netpoller(words, options.onListen!);
    if (options.trace !== undefined) (await traceFile(words, options.trace)).begin(options.trace);
    const profiles = new RunProfiles(words, options);
    this.#profiles = profiles;
    const stopSysmon = startSysmon(words, () => this.#now() - epoch, options.onProgress);
    const threads = new Gathering();
    this.#running = threads;
    const deaf = pool.listen((message) => {
      profiles.heard(message as Message);
      threads.stir();
    });
    const imported = this.#importedModules(modules);
    for (let id = 0; id < procs; id++) {
      threads.add(imported.then((urls) => pool.run({ id, modules, imported: urls, args: program.args ?? [], epoch })));
    }
    const interrupt = () => {
      if (options.signal?.reason === QUIT) words[H.QUIT] = 1;
      endRun(runStatus.interrupted, words);
      threads.stir();
    };
    if (options.signal?.aborted) interrupt();
    options.signal?.addEventListener('abort', interrupt);
    try {
      await threads.until(() => words[H.STATUS] !== runStatus.running || threads.error !== undefined);
      endRun(runStatus.failed, words); // if a thread has died: the others would wait for it
      await threads.until(() => hasToSay(words[H.STATUS]!, threads), REPORT_MS);
      await threads.until(() => threads.complete, GRACE_MS); // or they are ended where they are
      const stuck = threads.complete ? [] : stuckIn(words, threads);
      if (profiles.any && stuck.length > 0) {
        await profiles.interrupt();
        const answered = (id: number) => words[field(pAddress(id), P.LEFT)] !== left.no;
        await threads.until(() => stuck.every(answered), ANSWER_MS);
      }
      const snapshots =
        words[H.QUIT] !== 0 && stuck.length > 0
          ? await (await quit()).snapshotsOf(stuck.length, (id) => stuck.includes(id))
          : [];
      // They write the trace, and put together what their profiles have found.
      await threads.until(() => haveLeft(words, threads, profiles), REPORT_MS);
      profiles.endInterruption();
      if (!threads.complete) {
        threads.abandon();
        await this.close();
      }
      if (threads.error !== undefined) throw threads.error;
      const result = resultOf(words, threads.endings);
      const report =
        words[H.QUIT] !== 0 && result.status === 'interrupted'
          ? (await quit()).quitReport(words, threads.endings, stuck, snapshots)
          : '';
      await profiles.finish(threads.endings, stuck);
      if (words[H.TRACING] !== 0) {
        (await traceFile(words, options.trace)).finish(this.#now() - epoch, threads.endings);
      }
      return report === '' ? result : { ...result, exitCode: 2, report: `${report}${result.report}` };
    } catch (error) {
      if (words[H.TRACING] !== 0) (await traceFile(words, options.trace)).discard();
      throw error;
    } finally {
      netpoller?.end();
      options.signal?.removeEventListener('abort', interrupt);
      stopSysmon();
      profiles.errands.over();
      profiles.endInterruption();
      deaf();
      this.#profiles = undefined;
      this.#running = undefined;
    }
  }

  /** Asks every P of the run that is under way. @throws Error if there is none, or it ends meanwhile */
  async profile(act: ErrandAct, kind: ProfileKind): Promise<Part[]> {
    if (this.#profiles === undefined) throw new Error('runtime: expected a run that is under way, got none');
    return this.#profiles.errands.ask(act, kind);
  }

  /** importedModules, asked once: the threads do not load a module again. */
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

  /** Ends the threads, whatever they do, but does not wait for those that are stuck. The next run starts new ones. */
  close(): Promise<void> {
    this.#closed ??= this.#pool.close().then((ended) => {
      this.stuck ||= !ended;
    });
    return this.#closed;
  }

  /** The same in the middle of a run, of which nothing is heard any more: for a process that is about to end. */
  abandon(): Promise<void> {
    this.#running?.abandon();
    return this.close();
  }
}

/** Few runs end by SIGQUIT. */
function quit(): Promise<typeof import('../run/quit.js')> {
  return import('../run/quit.js');
}

/** Most runs are not traced: what that takes is loaded when it is wanted. */
function loadTraceFile(): Promise<typeof import('./tracefile.js')> {
  return import('./tracefile.js');
}

async function traceFile(words: Words, path: string | undefined): Promise<TraceFile> {
  const { TraceFile } = await loadTraceFile();
  return new TraceFile(words, path);
}

/** The threads of a run, coming in one by one. */
class Gathering {
  readonly endings: Ending[] = [];
  /** Why a thread died. */
  error: unknown;
  #under = 0;
  #notify = () => {};
  #abandoned = false;

  add(task: Promise<Ending>): void {
    this.#under++;
    const came = (act: () => void) => {
      this.#under--;
      act();
      this.#notify();
    };
    task.then(
      (ending) => came(() => this.endings.push(ending)),
      (error: unknown) => {
        if (!this.#abandoned) came(() => (this.error ??= error));
      },
    );
  }

  /** The others will be ended where they are. */
  abandon(): void {
    this.#abandoned = true;
  }

  /** True if all threads have come in. */
  get complete(): boolean {
    return this.#under === 0;
  }

  /** True if the thread of this P has come in. */
  has(id: number): boolean {
    return this.endings.some((ending) => ending.id === id);
  }

  /** Looks again whether what is waited for is true. */
  stir(): void {
    this.#notify();
  }

  /** Waits until `met` is true, but no longer than `ms`; says whether it became true. */
  async until(met: () => boolean, ms = Number.POSITIVE_INFINITY): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const inTime = await new Promise<boolean>((resolve) => {
      this.#notify = () => {
        if (met()) resolve(true);
      };
      if (ms < Number.POSITIVE_INFINITY) timer = setTimeout(resolve, ms, false);
      this.#notify();
    });
    clearTimeout(timer);
    return inTime;
  }
}

/** True if the threads that have something to say about a run that ended like this have said it. */
function hasToSay(status: number, threads: Gathering): boolean {
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
function stuckIn(words: Words, threads: Gathering): number[] {
  const up = (id: number) => words[field(pAddress(id), P.UP)] === 1 && words[field(pAddress(id), P.LEFT)] === left.no;
  return ids(words).filter((id) => up(id) && !threads.has(id));
}

/** True if all threads have come in, or said their last words, but those that are in the middle of a goroutine. */
function haveLeft(words: Words, threads: Gathering, profiles: RunProfiles): boolean {
  if (threads.complete || threads.error !== undefined) return true;
  return ids(words).every((id) => {
    switch (words[field(pAddress(id), P.LEFT)]) {
      case left.yes:
        return threads.has(id);
      case left.interrupted:
        return profiles.heardFrom(id) || threads.has(id);
      default:
        return true;
    }
  });
}

function ids(words: Words): number[] {
  return Array.from({ length: words[H.NPROCS]! }, (_, id) => id);
}

/**
 * Keeps the run's clock, and takes the thread from goroutines that have had it for more than a time slice (at their
 * next scheduling point). Its timer also keeps Node alive while all threads sleep.
 */
function startSysmon(words: Words, now: () => number, onProgress?: (work: number) => void): () => void {
  let looks = 0;
  const ticks = new Int32Array(words[H.NPROCS]!);
  const timer = setInterval(() => {
    words[H.CLOCK] = Math.round(now() / 1e6);
    for (let id = 0; id < ticks.length; id++) {
      const pp = pAddress(id);
      const tick = words[field(pp, P.SCHEDTICK)]!;
      if (tick === ticks[id] && words[field(pp, P.CURG)] !== 0) Atomics.store(words, field(pp, P.PREEMPT), 1);
      ticks[id] = tick;
    }
    if (++looks % PROGRESS_LOOKS === 0) onProgress?.(workOf(words, work.pixel));
  }, TIME_SLICE);
  return () => clearInterval(timer);
}
