// The inspector of the thread's own V8.

/** What V8's inspector answers: it does so at once to its own thread. @throws Error if it refuses */
export function answer<T>(ask: (then: (error: Error | null, result?: T) => void) => void): T {
  let got: T | undefined;
  let why: Error | null = null;
  ask((error, result) => {
    why = error;
    got = result;
  });
  if (got === undefined) throw why ?? new Error('inspector: expected an answer at once, got none');
  return got;
}
