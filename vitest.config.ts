import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// If this is set, every Node that the tests start reads all of these certificates first, which takes 50 ms.
delete process.env.NODE_EXTRA_CA_CERTS;
// Node's folder for compiled code (22.8 and later). Its default is inside the temporary folder, where tests look for files that a
// command has left behind.
process.env.NODE_COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');

// On few cores, two tests with several busy threads each take the cores from each other: Ps spin in vain, and goroutines that should
// run at the same time do not. Files of such tests run one after the other. All others wait for a process or compute on one
// thread, and would leave cores idle if they ran like that.
const alone = [
  'test/calibrate/programs.test.ts',
  'test/conformance.test.ts',
  'test/go/{laws,verdicts}.test.ts',
  'test/mandelbrot/fast.test.ts',
  'test/modes/golden.test.ts',
  'test/profile/live.test.ts',
  'test/runtime/*.test.ts',
  'test/runtime/sched/{arenamemory,packagelevel}.test.ts',
  'test/runtime/threads/{dialer,handoff,net,pauses,timers}.test.ts',
  'test/service/program.test.ts',
  'test/trace/record.test.ts',
];

// Tests that only compute, on one thread: these files share a process and its modules, because loading them takes longer than such a test.
const small = [
  'test/bench/measure.test.ts',
  'test/calibrate/{costs,machinefile,simfit,solve}.test.ts',
  'test/inline.test.ts',
  'test/lib/**/*.test.ts',
  'test/load/{report,worker}.test.ts',
  'test/mandelbrot/{image,scene}.test.ts',
  'test/pprof/{filter,flame,fuzz,measure,pattern,proto,read}.test.ts',
  'test/profile/{calls,cpu,script}.test.ts',
  'test/runtime/sched/spinning.test.ts',
  'test/scale/**/*.test.ts',
  'test/service/{admission,debug,log,query}.test.ts',
  'test/trace/{analysis,check,corrupt,export,fuzz,parse,reader,streams,totals}.test.ts',
];

// The runtime's core on one thread: a plain SharedArrayBuffer is attached to it, by the first import of such a file. Files with
// the same kind of memory share it, and its modules.
const core = {
  'test/runtime/{memory,sched,threads,value}/**/*.solo.test.ts': 'core: one thread',
  'test/runtime/{memory,sched,threads,value}/**/*.onep.test.ts': 'core: one P',
  'test/runtime/{memory,sched,threads,value}/**/!(*.solo|*.onep).test.ts': 'core',
};

// Tests run what ships: the tsc output, through the package's own name.
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes soon, but not while other tests have all cores.
    expect: { poll: { timeout: 15_000 } },
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
          exclude: [...alone, ...small, ...Object.keys(core)],
          maxWorkers: availableParallelism() + 1, // some of them wait, for a process or a timer
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
      ...Object.entries(core).map(([include, name]) => ({
        extends: true as const,
        test: {
          name,
          include: [include],
          exclude: [...alone, ...small],
          isolate: false,
          pool: 'threads' as const,
          maxWorkers: 1,
          // Node loads the runtime itself, which takes a tenth of the time.
          server: { deps: { external: [/\/dist\/src\//] } },
          sequence: { groupOrder: 3 },
        },
      })),
    ],
  },
});
