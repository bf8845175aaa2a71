import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Where this is set, every Node that the tests start reads all of its certificates first: 50 ms each.
delete process.env.NODE_EXTRA_CA_CERTS;
// Where Node keeps compiled code (22.8 and later): otherwise in a folder of the temporary one, where tests look for what a
// command has left behind.
process.env.NODE_COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');

// On few cores, two tests with several busy threads each take the cores from each other: they spin for what cannot come,
// and what is meant to meet does not. Files of such tests run one after the other. All others, which wait for a process
// or compute on one thread, leave cores idle if they run like that.
const alone = [
  'test/calibrate/programs.test.ts',
  'test/conformance.test.ts',
  'test/go/**/*.test.ts',
  'test/mandelbrot/fast.test.ts',
  'test/modes/golden.test.ts',
  'test/profile/live.test.ts',
  'test/runtime/**/*.test.ts',
  'test/service/program.test.ts',
  'test/stress/**/*.test.ts',
  'test/trace/record.test.ts',
];

// What only computes, on one thread: files of it share a process and its modules, which to load takes longer than such a test.
const small = [
  'test/bench/measure.test.ts',
  'test/calibrate/{costs,fit,machinefile,solve}.test.ts',
  'test/lib/**/*.test.ts',
  'test/load/{report,worker}.test.ts',
  'test/mandelbrot/{image,scene}.test.ts',
  'test/pprof/{filter,flame,fuzz,measure,pattern,proto,read}.test.ts',
  'test/profile/{calls,cpu,script}.test.ts',
  'test/scale/**/*.test.ts',
  'test/service/{admission,debug,log,query}.test.ts',
  'test/trace/{analysis,corrupt,export,fuzz,order,parse,reader,totals,verify}.test.ts',
];

// Tests run what ships: the tsc output, through the package's own name.
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: alone, fileParallelism: false, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: [...alone, ...small],
          maxWorkers: availableParallelism() + 1, // while some wait, for a process or for time to pass
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'small',
          include: small,
          isolate: false,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
