// The interrupter: has threads answer that compute for long, or for ever, without a scheduling point. V8 can interrupt the
// JavaScript of a thread, and in Node only the inspector can ask for it: a thread evaluates what a session sends it at its next
// function entry or end of a loop's body. It is sent a call of profiling/interruption.ts. A call into the system, or a long one into
// V8 such as a sort, is interrupted only when it is over.
//
// Loaded and attached only when a thread has not answered in time, so a run whose goroutines all yield pays nothing.

import type { NodeWorker, Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { field, type Words } from '../memory/address.js';
import { P, pAddress } from '../memory/layout.js';
import { INTERRUPTED } from '../profiling/handshake.js';

/** Milliseconds between two interruptions: one is ignored if it comes while the thread is in the middle of its profiles. */
const AGAIN_MS = 250;

/**
 * What threads evaluate; it does nothing on a thread that is no M. By the name of the script a profile takes it for a part of
 * the profiler (profile/places.ts).
 */
const message = JSON.stringify({
  id: 1,
  method: 'Runtime.evaluate',
  params: {
    expression: `globalThis[Symbol.for('${INTERRUPTED}')]?.()\n//# sourceURL=mandel:/runtime/profiling/interruption`,
    silent: true,
  },
});

/** Interrupts all threads of this process, again and again until it is ended. */
export class Interrupter {
  /** Why it cannot interrupt threads; undefined if it can. */
  #failure: string | undefined;
  #session: Session | undefined;
  /** The inspector's sessions with the threads. */
  readonly #attached = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    try {
      const inspector = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
      const session = new inspector.Session();
      session.connect();
      this.#session = session;
      session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
        this.#attached.add(sessionId);
        this.#interrupt(sessionId);
      });
      session.on('NodeWorker.detachedFromWorker', ({ params: { sessionId } }) => this.#attached.delete(sessionId));
      this.#post('NodeWorker.enable', { waitForDebuggerOnStart: false });
      this.#timer = setInterval(() => {
        for (const sessionId of this.#attached) this.#interrupt(sessionId);
      }, AGAIN_MS);
    } catch (error) {
      this.#failed(error);
    }
  }

  #interrupt(sessionId: string): void {
    this.#post('NodeWorker.sendMessageToWorker', { sessionId, message });
  }

  #post(method: string, params?: NodeWorker.EnableParameterType | NodeWorker.SendMessageToWorkerParameterType): void {
    this.#session?.post(method, params, (error) => {
      // Messages fail for threads that have ended meanwhile; if this fails, no thread can be interrupted.
      if (error && method === 'NodeWorker.enable') this.#failed(error);
    });
  }

  #failed(error: unknown): void {
    const { message: why } = error as { readonly message: string }; // the inspector reports an object that is no Error
    this.#failure ??= `its thread never yields, and cannot be interrupted: ${why}`;
  }

  /** Why the thread of this P has not answered, for the report of the missing part. */
  why(words: Words, p: number): string {
    if (words[field(pAddress(p), P.RECORDS)] === 0)
      return 'its thread never yields, and has not loaded what records profiles';
    return this.#failure ?? 'its thread is in a call that cannot be interrupted';
  }

  /** Stops interrupting, and detaches from the threads. */
  end(): void {
    clearInterval(this.#timer);
    this.#session?.disconnect();
    this.#session = undefined;
  }
}
