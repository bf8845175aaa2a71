// Errands and profiles, seen from one M: loaded when there is the first of either.

export { runErrand } from '../profiling/interruption.js';
export { closeOwn, startOfRun } from '../profiling/threadprofiles.js';
