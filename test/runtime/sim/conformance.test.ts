// The self-checking programs in virtual time, where a seed is another schedule.

import { Simulator } from 'mandel/run';
import { describe } from 'vitest';
import { runsAll } from '../../support/selfchecking.js';

const SEEDS = 10;
/** Of programs that make ten thousands of goroutines or steps, and take up to half a second. */
const FEW_SEEDS = 3;
const long = /^(go_preempt|goroutines|stress_eachonce|stress_pauses)$/;

describe('the sim engine', () => {
  runsAll(
    (procs) => new Simulator(procs),
    (name) => (long.test(name) ? FEW_SEEDS : SEEDS),
  );
});
