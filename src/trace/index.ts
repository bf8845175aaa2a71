// Execution traces in Go's v1 format: what is in a file, and what it says.

export { type Counts, counts } from './analysis/counts.js';
export { type Totals, totals } from './analysis/totals.js';
export * from './event.js';
export * from './model.js';
export { parse, readTrace, TraceError } from './parse.js';
export { type Census, checkTrace } from './verify.js';
