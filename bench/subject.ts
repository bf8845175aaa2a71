// Subjects: what a contest (contest.ts) runs in batches, and what one batch gives.

/** The result of one batch. */
export interface Outcome {
  /** Duration of the batch, in nanoseconds. */
  readonly ns: number;
  /** How many values were handled, and their sum. */
  readonly count: number;
  readonly sum: number;
}

export interface Subject {
  readonly name: string;
  /** Operations in a batch: as many as take some 50 ms. */
  readonly n: number;
  /** @throws Error if it did not go as the case's name says */
  batch(n: number): Promise<Outcome>;
  /** Ends what the subject has started. */
  close?(): Promise<void>;
}
