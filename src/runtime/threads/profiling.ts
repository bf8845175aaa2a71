// Errands and profiles, seen from one M: loaded when there is the first of either.

export { runErrand } from '../profiling/interrupted.js';
export { closeOwn, startOfRun } from '../profiling/own.js';
