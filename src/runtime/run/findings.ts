// Findings of a thread about its goroutines, locks and stray errors. They are parts of its ending.

/** A goroutine, as deadlock reports, SIGQUIT and goroutine profiles show it. */
export interface GoroutineReport {
  readonly goid: number;
  /** Name of its body. */
  readonly name: string;
  /** Number of the reason why it waits (sched/reason.ts); 0 if it does not wait. */
  readonly kind: number;
  /** Its state in Go's words: `chan receive`, `runnable`, `running`. */
  readonly reason: string;
  /** The objects that it waits on: `chan int 0x4d2`. */
  readonly on: string;
  /** Where it is, as `file:line:column`, if that is known. */
  readonly at: string | undefined;
  /** Addresses of the objects that it waits on. */
  readonly objects: readonly number[];
  /** The line `created by goroutine 1`; empty for the main goroutine. */
  readonly created: string;
  /** All of this as Go prints it, `created` last. */
  readonly text: string;
}

/** What a thread knows of a lock that goroutines wait for (LockState in sched/holder.ts), with places as `file:line:column`. */
export interface LockReport {
  readonly lock: number;
  readonly holder: number;
  readonly at: string | undefined;
  readonly readers: number;
  readonly reading: readonly { readonly goid: number; readonly at: string | undefined }[] | undefined;
}

/** A stray error (stray.ts), in Go's form. */
export interface StrayReport {
  /** `unhandled rejection: Error: text`. */
  readonly headline: string;
  /** Lines with its stack and its causes; empty if there are none. */
  readonly trace: string;
}

/** An error that was thrown where no goroutine runs, and the event by which Node reported it. */
export interface Stray {
  readonly how: 'unhandled rejection' | 'uncaught exception';
  readonly error: unknown;
}
