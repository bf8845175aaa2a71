// The self-checking programs in virtual time, where each seed gives a different schedule.

import { Simulator } from 'mandel/run';
import { describe } from 'vitest';
import { runsAll } from '../../support/selfchecking.js';

const SEEDS = 10;
/** Seeds of programs that make tens of thousands of goroutines or steps, and take up to half a second. */
const FEW_SEEDS = 3;
const long = /^(go_preempt|goroutines|stress_eachonce|stress_pauses)$/;

describe('the sim engine', () => {
  runsAll(
    (procs) => new Simulator(procs),
    (name) => (long.test(name) ? FEW_SEEDS : SEEDS),
  );
});
