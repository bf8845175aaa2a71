// SIGQUIT: ends the run with a report that has every goroutine, as Go prints them. After dieFromSignal and tracebackothers in
// the runtime. Loaded after a SIGQUIT only.
//
// A thread that reaches a scheduling point reports its goroutines in its ending (Ending.goroutines). A thread that does not is
// interrupted through the inspector for a snapshot (snapshot.ts), as for profiles (threads/interrupter.ts). Where P 1 computes:
//
//   time     P 0                             P 1                             Node's main thread
//   0 ms     runs goroutines                 computes                        QUIT = 1, STATUS = interrupted, all PREEMPT = 1
//   0.1 ms   scheduling point: LEFT = yes
//   60 ms    ending with its goroutines
//   200 ms                                                                   P 1 has not noticed: asks for its snapshot
//   201 ms                                   end of a loop's body: snapshot
//   202 ms                                                                   prints the report, ends the thread of P 1
//
// If P 1 is in a system call, or in a long call into V8, its snapshot is given up at 1000 ms (ANSWER_MS), and Node's main thread
// reads the states of its goroutines from the shared memory, without names and stacks.

import type { NodeWorker } from 'node:inspector';
import { createRequire } from 'node:module';
import { field, field64, type Words } from '../memory/address.js';
import { COLD, G, gAddressIn, gColdAddressIn, gStatus, H, P, pAddress, tables } from '../memory/layout.js';
import { programStack, stackText } from '../report/stacktext.js';
import { waitReasonStrings } from '../sched/reason.js';
import type { Ending } from './ending.js';
import { type Seen, SNAPSHOT, type Snapshot } from './snapshot.js';

/** Milliseconds that threads get for their snapshots. One that computes answers at its next call or end of a loop's body. */
const ANSWER_MS = 800;

/** The request that a thread evaluates. On a thread that runs no P the symbol is not set, and the result is undefined. */
const message = JSON.stringify({
  id: 1,
  method: 'Runtime.evaluate',
  params: { expression: `globalThis[Symbol.for('${SNAPSHOT}')]?.()`, returnByValue: true, silent: true },
});

/**
 * The snapshots of threads, without those that cannot be interrupted.
 * @param count number of threads that are asked for
 * @param wanted true for the Ps of these threads
 */
export function snapshotsOf(count: number, wanted: (p: number) => boolean): Promise<Snapshot[]> {
  const found = new Map<number, Snapshot>();
  const { promise, resolve } = withResolver<void>();
  const inspector = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
  const session = new inspector.Session();
  const timer = setTimeout(resolve, ANSWER_MS);
  session.connect();
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
    session.post('NodeWorker.sendMessageToWorker', { sessionId, message }, () => {}); // it may have ended meanwhile
  });
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const snapshot = snapshotIn(params);
    if (snapshot === undefined || !wanted(snapshot.p)) return;
    found.set(snapshot.p, snapshot);
    if (found.size === count) resolve();
  });
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, (error) => {
    if (error) resolve();
  });
  return promise.then(() => {
    clearTimeout(timer);
    session.disconnect();
    return [...found.values()];
  });
}

function snapshotIn({ message }: NodeWorker.ReceivedMessageFromWorkerEventDataType): Snapshot | undefined {
  const { id, result } = JSON.parse(message) as { id?: number; result?: { result?: { value?: Snapshot } } };
  return id === 1 ? result?.result?.value : undefined;
}

function withResolver<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}

/** A goroutine as it is printed, and whether it runs. */
interface Printed {
  readonly goid: number;
  readonly text: string;
  readonly runs: boolean;
}

/**
 * The report of a run that SIGQUIT has ended.
 * @param endings those of the threads that have noticed the end
 * @param stuck the Ps of the other threads
 * @param snapshots those that the other threads have made
 */
export function quitReport(
  words: Words,
  endings: readonly Ending[],
  stuck: readonly number[],
  snapshots: readonly Snapshot[],
): string {
  const silent = stuck.filter((p) => !snapshots.some((snapshot) => snapshot.p === p));
  const texts: Printed[] = [
    ...snapshots.flatMap(({ running, stack, others }) => [
      ...(running ? [{ goid: running.goid, text: runningText(running, stack), runs: true }] : []),
      ...others.map((other) => ({ goid: other.goid, text: seenText(other, ''), runs: false })),
    ]),
    ...silent.flatMap((p) => unavailable(words, p)),
    ...endings.flatMap(({ goroutines = [] }) =>
      goroutines.map(({ goid, text, count, reason }) => ({
        goid,
        text: text + more(count),
        runs: reason === 'running',
      })),
    ),
  ];
  // A goroutine can be there twice: a thread may notice the end right after its snapshot.
  const once = [...new Map(texts.map((each) => [each.goid, each])).values()];
  once.sort((a, b) => Number(b.runs) - Number(a.runs) || a.goid - b.goid);
  return ['SIGQUIT: quit\n', ...once.map(({ text }) => text)].join('\n');
}

function runningText(running: Seen, stack: string): string {
  const frames = programStack(Object.assign(new Error(), { stack }));
  return seenText(running, frames.frames.length > 0 ? stackText(frames, running.name) : '');
}

function seenText({ goid, name, state, parent, count }: Seen, stack: string): string {
  const created = parent === 0 ? '' : `created by goroutine ${parent}\n`;
  return `goroutine ${goid} [${state}]:\n${stack === '' ? `${name}(...)\n` : stack}${created}${more(count)}`;
}

function more(count: number): string {
  return count === 1 ? '' : `(and ${count - 1} more that have not begun)\n`;
}

/** The goroutines of a P whose thread cannot be interrupted. The names of their bodies are known on that thread only. */
function unavailable(words: Words, p: number): Printed[] {
  const curg = words[field(pAddress(p), P.CURG)]!;
  const doubles = new Float64Array(words.buffer);
  const { gbase, gcold } = tables(words.length, words[H.NPROCS]!);
  const printed: Printed[] = [];
  const unstarted = new Map<number, { index: number; count: number }>();
  const print = (index: number, state: string, count = 1) => {
    const goid = doubles[field64(gAddressIn(gbase, index), G.GOID)]!;
    const text = `goroutine ${goid} [${state}]:\n\tgoroutine running on other thread; stack unavailable\n${more(count)}`;
    printed.push({ goid, text, runs: state === 'running' });
  };
  const most = Math.min(words[H.GNEXT]!, words[H.GMAX]!);
  for (let index = 0; index < most; index++) {
    const gp = gAddressIn(gbase, index);
    const status = words[field(gp, G.STATUS)]!;
    const home = words[field(gp, G.HOME)]!;
    if (status === gStatus.idle || status === gStatus.dead || (home !== p && home !== -1 - p)) continue;
    if (gp === curg) print(index, 'running');
    else if (home >= 0) {
      const reason = words[field(gColdAddressIn(gcold, index), COLD.WAITREASON)]!;
      print(index, status === gStatus.waiting ? waitReasonStrings[reason]! : 'runnable');
    } else {
      const fn = words[field(gp, G.FN)]!;
      const known = unstarted.get(fn);
      if (known) known.count++;
      else unstarted.set(fn, { index, count: 1 });
    }
  }
  for (const { index, count } of unstarted.values()) print(index, 'runnable', count);
  return printed;
}
