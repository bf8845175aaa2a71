// The rules of the house as data: which room may import which, which package has which door, which words and sizes are
// allowed where. src/README.md has the first two as tables; test/house.test.ts compares them. house.mjs does the checking.
//
// A place is a path without its extension: `runtime/sched` is a file or a folder of src/, `/examples` one of the repository.
// @ts-check

/**
 * Who may import whom. A file belongs to the first room one of whose places it is in. It may import its own room, and what
 * is in a place of `may`; what is in one of `not` as well goes by the longer of the two.
 * @typedef {object} Room
 * @property {string} name
 * @property {readonly string[]} [places] default: the name
 * @property {readonly string[]} may
 * @property {readonly string[]} [not]
 */

// The rooms of the runtime, from the bottom to the top.
const BELOW_SCHED = ['lib', 'runtime/memory', 'runtime/value'];
const TRACE_OUT = ['trace/event', 'trace/objects', 'trace/writer'];
const BELOW_TRACING = [...BELOW_SCHED, 'runtime/sched', ...TRACE_OUT];
const BELOW_REPORT = [...BELOW_TRACING, 'runtime/tracing'];
const BELOW_PROFILING = [...BELOW_REPORT, 'runtime/report'];
const BELOW_RUN = [...BELOW_PROFILING, 'runtime/profiling'];
const BELOW_ENGINES = [...BELOW_RUN, 'runtime/run'];

/** Only start.ts imports the engines; but what describes a simulated machine is data. */
const ENGINES = ['runtime/threads', 'runtime/sim'];
const MACHINES = ['runtime/sim/machine', 'runtime/sim/machines', 'runtime/sim/machinefile'];

/** @type {readonly Room[]} */
export const rooms = [
  { name: 'lib', may: [] },
  { name: 'trace', may: ['lib'] },
  { name: 'pprof', may: ['lib', 'trace/model', 'trace/objects', 'trace/analysis'] },
  { name: 'scale', may: ['lib'] },
  { name: 'load', may: ['lib'] },
  { name: 'runtime/memory', may: ['lib'] },
  { name: 'runtime/value', may: ['lib', 'runtime/memory'] },
  // The hooks have the types of what sets them.
  { name: 'runtime/sched/hooks', may: [...BELOW_SCHED, 'runtime/sched', 'runtime/tracing'] },
  { name: 'runtime/sched', may: BELOW_SCHED },
  { name: 'runtime/tracing', may: [...BELOW_TRACING, 'runtime/report/source'] },
  // Types of what the Ps find out, for reports and profiles.
  { name: 'runtime/run/findings', may: [] },
  { name: 'runtime/report', may: [...BELOW_REPORT, 'runtime/run/findings'] },
  { name: 'runtime/profiling', may: [...BELOW_PROFILING, 'runtime/run/findings'] },
  // The options of a run have types of both engines.
  { name: 'runtime/run/options', may: [...BELOW_RUN, 'runtime/run', 'runtime/sim/machine', 'runtime/threads/dialer'] },
  { name: 'runtime/run', may: BELOW_RUN },
  { name: 'runtime/threads', may: BELOW_ENGINES },
  { name: 'runtime/sim', may: BELOW_ENGINES },
  { name: 'runtime/start', may: ['lib', 'runtime'] },
  {
    name: 'go',
    may: ['runtime/memory', 'runtime/value', 'runtime/sched'],
    not: ['runtime/sched/sched', 'runtime/sched/runq'],
  },
  { name: 'mandelbrot', may: ['lib', 'go/types'] },
  { name: 'modes', may: ['go', 'mandelbrot'] },
  { name: 'calibrate', may: ['lib', 'go', 'mandelbrot', 'modes', 'runtime/start', 'runtime/sim/machine'] },
  { name: 'profile', may: ['lib', 'pprof', ...TRACE_OUT, 'runtime'], not: ENGINES },
  { name: 'service', may: ['lib', 'go', 'mandelbrot', 'modes', 'pprof', 'profile', 'runtime/start'] },
  { name: 'viewer', may: ['lib', 'trace', 'pprof'] },
  // It starts threads before the command's modules are loaded.
  { name: 'terminal/warmup', may: ['', 'runtime/threads'], not: ['cli', 'mandelweb', 'commands', 'runtime/sim'] },
  { name: 'terminal', may: ['', ...MACHINES], not: ['cli', 'mandelweb', 'commands', ...ENGINES] },
  { name: 'commands', may: ['', ...MACHINES], not: ['cli', 'mandelweb', ...ENGINES] },
  { name: 'index', may: ['go', 'runtime/start'] },
  { name: 'cli', places: ['cli', 'mandelweb'], may: ['commands', 'terminal', 'service'] },
  // They run what ships: the package by its name or, but for examples, its insides by #src.
  { name: 'test, bench, examples', places: ['/test', '/bench', '/examples'], may: [] },
];

/**
 * One package, one door: the places that may import it. A package without a door may be imported nowhere in src/.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const doors = {
  piscina: ['runtime/threads/pool'],
  pngjs: ['mandelbrot/png'],
  commander: ['terminal/commander'],
  fastify: ['service'],
  '@fastify/helmet': ['service'],
  'prom-client': ['service'],
  '@viz-js/viz': ['pprof/graphviz'],
  acorn: ['lib/esmodule'],
  'acorn-walk': ['lib/esmodule'],
  'eslint-scope': ['lib/esmodule'],
  estree: ['lib/esmodule'],
  re2js: ['pprof/pattern'],
  '@jridgewell/trace-mapping': ['runtime/report/source'],
  preact: ['viewer/page'],
  '@preact/signals': ['viewer/page'],
  'node:worker_threads': ['runtime'],
};

/** What runs in a browser as well: it may import no module of Node's. */
export const browser = { places: ['trace'], not: ['trace/file'] };

/** Where a run must be repeatable: nothing there asks the world for the time or for chance, or prints beside fmt. */
const PROGRAMS = ['go', 'modes', '/examples'];

/**
 * Names that may not be used in `places`, but for those in `except`, for a reason.
 * @typedef {object} Word
 * @property {string} rule
 * @property {readonly string[]} names
 * @property {readonly string[]} places
 * @property {readonly string[]} [not] parts of `places` that it does not hold for
 * @property {readonly { readonly place: string, readonly reason: string }[]} [except]
 */

const SYNC = 'package sync is written with atomics in Go as well';
const ONE_WORD = 'reads or writes one word that other threads change, without a lock';

/** @type {readonly Word[]} */
export const words = [
  {
    rule: 'Atomics',
    names: ['Atomics'],
    places: ['', '/examples'],
    not: ['runtime'],
    except: [
      { place: 'go/mutex', reason: SYNC },
      { place: 'go/rwmutex', reason: SYNC },
      { place: 'go/once', reason: SYNC },
      { place: 'go/chan', reason: ONE_WORD },
      { place: 'go/select', reason: ONE_WORD },
    ],
  },
  { rule: 'the clock', names: ['Date', 'performance', 'hrtime'], places: PROGRAMS },
  { rule: 'timers', names: ['setTimeout', 'setInterval', 'setImmediate'], places: PROGRAMS },
  { rule: 'chance', names: ['Math.random'], places: PROGRAMS },
  { rule: 'console', names: ['console'], places: PROGRAMS },
  { rule: 'Buffer', names: ['Buffer'], ...browser },
];

/**
 * Most lines of a file: all of them, or those with code.
 * @type {readonly { readonly rule: string, readonly places: readonly string[], readonly not?: readonly string[], readonly lines?: number, readonly code?: number }[]}
 */
export const sizes = [
  { rule: 'size', places: [''], lines: 400 },
  { rule: 'size of a mode', places: ['modes'], not: ['modes/index', 'modes/paint'], code: 40 },
];
