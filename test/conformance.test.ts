// The self-checking programs on threads, with several numbers of Ps and many seeds.

import { Runtime } from 'mandel/run';
import { describe } from 'vitest';
import { runsAll } from './support/selfchecking.js';

/**
 * What a seed changes of a program, its choices and the order of its goroutines, needs no threads to be seen. Threads add
 * what no seed repeats: the moment in which another P looks. Programs are run more often on them where that moment
 * matters: a value or a lock that two Ps want, a select that several Ps answer. Those of stress/ are not among these,
 * because each run of them is a thousand such moments, and test/runtime/threads has longer ones.
 */
const FEW_SEEDS = 6;
const MANY_SEEDS = 20;
const needsThreads = /^(doubleselect|select[2356]|selectpark|go_sync|law_interpreter)$/;

describe('the threads engine', () => {
  runsAll(
    (procs) => new Runtime(procs),
    (name, procs) => (procs > 1 && needsThreads.test(name) ? MANY_SEEDS : FEW_SEEDS),
  );
});
