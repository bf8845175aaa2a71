// Execution traces of Go: reading a file, the model of a trace, its checks, and what all goroutines did.

export { type Totals, totals } from './analysis/activity.js';
export { type Counts, counts } from './analysis/counts.js';
export { type Census, checkTrace } from './check.js';
export { TraceError } from './error.js';
export * from './event.js';
export { readTrace } from './file.js';
export {
  argOf,
  bytesOf,
  type CPUSamples,
  type Events,
  entryName,
  type Frames,
  fakeP,
  type Generation,
  type Goroutines,
  type Stacks,
  type Trace,
} from './model.js';
export { parse, type ReadOptions, TraceReader } from './parse.js';
