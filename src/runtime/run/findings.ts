// Findings of a thread about goroutines, locks and errors, as its ending carries them to the thread that started the run.

/** A goroutine, as deadlocks and goroutine profiles show it. */
export interface GoroutineReport {
  readonly goid: number;
  /** Its body. */
  readonly name: string;
  /** Why it waits (reason.ts); 0 if it does not. */
  readonly kind: number;
  /** The same in Go's words, and the objects that it waits on: `chan int 0x4d2`. */
  readonly reason: string;
  readonly on: string;
  /** `file:line:column`, if that is known. */
  readonly at: string | undefined;
  /** The same as addresses. */
  readonly objects: readonly number[];
  /** `created by goroutine 1`, as a line; empty if it is main. */
  readonly created: string;
  /** All of this as Go prints it; `created` comes last. */
  readonly text: string;
}

/** What a thread knows of a lock that goroutines wait for (LockState), with places as `file:line:column`. */
export interface LockReport {
  readonly lock: number;
  readonly holder: number;
  readonly at: string | undefined;
  readonly readers: number;
  readonly reading: readonly { readonly goid: number; readonly at: string | undefined }[] | undefined;
}

/** An error outside of the goroutines (stray.ts), in Go's form. */
export interface StrayReport {
  /** `unhandled rejection: Error: text`. */
  readonly headline: string;
  /** Where it was made; and what caused it. Lines, or nothing. */
  readonly trace: string;
}
