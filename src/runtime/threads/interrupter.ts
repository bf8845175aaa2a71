// The interrupter: how Node's main thread reaches threads that compute for long, or for ever, and never come to a scheduling
// point. V8 can interrupt the JavaScript of a thread, and the one door of Node's to that is the inspector: what a session sends
// to a thread, the thread evaluates at its next function entry or end of a loop's body. It evaluates a call of
// profiling/interruption.ts. A call into the system or a long one into V8, such as a sort, is not interrupted before it is over.
//
// Loaded and attached only when a thread has not answered in time; so a run of which all Ps yield pays nothing.

import type { NodeWorker, Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { field, type Words } from '../memory/address.js';
import { P, pAddress } from '../memory/layout.js';
import { INTERRUPTED } from '../profiling/errand.js';

/** Milliseconds between two interruptions: the first may have come while the thread was at its profiles. */
const AGAIN_MS = 250;

/**
 * What threads evaluate: on those that are none of ours, nothing. The name of the script is one by which a profile
 * takes it for what makes the profile (profile/places.ts).
 */
const message = JSON.stringify({
  id: 1,
  method: 'Runtime.evaluate',
  params: {
    expression: `globalThis[Symbol.for('${INTERRUPTED}')]?.()\n//# sourceURL=mandel:/runtime/profiling/interruption`,
    silent: true,
  },
});

/** Interrupts all threads of this process that are there, and goes on until it is ended. */
export class Interrupter {
  /** Why it cannot; undefined if it can. */
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
      // A thread that has ended meanwhile has no session any more; whatever else fails, fails for all.
      if (error && method === 'NodeWorker.enable') this.#failed(error);
    });
  }

  #failed(error: unknown): void {
    const { message: why } = error as { readonly message: string }; // the inspector answers with an object that is no Error
    this.#failure ??= `its thread never yields, and cannot be interrupted: ${why}`;
  }

  /** Why the thread of this P has not answered. */
  why(words: Words, p: number): string {
    if (words[field(pAddress(p), P.RECORDS)] === 0)
      return 'its thread never yields, and has not loaded what records profiles';
    return this.#failure ?? 'its thread is in a call that cannot be interrupted';
  }

  /** Leaves the threads. */
  end(): void {
    clearInterval(this.#timer);
    this.#session?.disconnect();
    this.#session = undefined;
  }
}
