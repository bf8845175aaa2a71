// Who goes first, where one thread runs several Ps in virtual time (sim/): what a goroutine does to shared objects must
// happen when nobody else has anything to do at an earlier time. On threads there is no pace, and it costs a look at this
// variable.

export interface Pace {
  /** True if the goroutine that has just left its thread is in the middle of an operation: it still has its P. */
  readonly postponed: boolean;
  /**
   * A `yield*` is about to do something to the object at `on` (0 if to none). True if others have to go first: then the
   * generator is answered with an unfinished iterator, and the operation begins again when the G has the thread back.
   */
  early(on: number): boolean;
  /** A plain call is about to change the object at `on`, or to read it: others who are earlier go first, before this returns. */
  effect(on: number): void;
  /** The running goroutine is about to read or write a field of a shared struct, which no lock of the runtime's protects now. */
  access(write: boolean): void;
}

export let pace: Pace | undefined;

/** Sets the pace of this thread, or takes it away. */
export function setPace(next: Pace | undefined): void {
  pace = next;
}
