// The house's rules about rooms, as data, and what breaks them. src/README.md has them in prose.

import { posix } from 'node:path';
import { codeOf, importsOf, linesOfCode, moduleUrlsOf } from './sourcetext.js';

export interface SourceFile {
  /** From the root of the repository, with slashes: `src/go/chan.ts`. */
  readonly path: string;
  readonly text: string;
}

/** A rule that a file may break, and why. */
export interface Exception {
  readonly rule: string;
  readonly reason: string;
  readonly files: readonly RegExp[];
}

/** Who may import whom. The first rule that fits a file is its rule; a file of ours without one breaks the house. */
interface Room {
  readonly name: string;
  readonly files: RegExp;
  /** Files of src/ that it may import. */
  readonly may: readonly RegExp[];
  readonly not?: readonly RegExp[];
}

const LIB = /^src\/lib\//;
const GO = /^src\/go\//;
const MANDELBROT = /^src\/mandelbrot\//;
const MODES = /^src\/modes\//;
const RUNTIME = /^src\/runtime\//;
const ENGINES = /^src\/runtime\/(threads|sim)\//;
const CALIBRATE = /^src\/calibrate\//;
const TRACE = /^src\/trace\//;
const PPROF = /^src\/pprof\//;
const SCALE = /^src\/scale\//;
const PROFILE = /^src\/profile\//;
const SERVICE = /^src\/service\//;
const LOAD = /^src\/load\//;
const VIEWER = /^src\/viewer\//;
/** What a trace says, and not how it is read. */
const TRACE_MODEL = /^src\/trace\/(model|analysis\/\w+)\.ts$/;
const TRACE_OUT = /^src\/trace\/(event|writer)\.ts$/;
const ANY = /^src\//;

export const rooms: readonly Room[] = [
  { name: 'lib', files: LIB, may: [LIB] },
  { name: 'trace', files: TRACE, may: [TRACE, LIB] },
  { name: 'pprof', files: PPROF, may: [PPROF, LIB, TRACE_MODEL] },
  { name: 'scale', files: SCALE, may: [SCALE, LIB] },
  { name: 'runtime/start', files: /^src\/runtime\/(start|run\/programurl)\.ts$/, may: [LIB, RUNTIME] },
  {
    name: 'runtime/threads',
    files: /^src\/runtime\/threads\//,
    may: [LIB, RUNTIME, TRACE_OUT],
    not: [/^src\/runtime\/sim\//],
  },
  {
    name: 'runtime/sim',
    files: /^src\/runtime\/sim\//,
    may: [LIB, RUNTIME, TRACE_OUT],
    not: [/^src\/runtime\/threads\//],
  },
  { name: 'runtime', files: RUNTIME, may: [LIB, RUNTIME, TRACE_OUT], not: [ENGINES, /^src\/runtime\/start\.ts$/] },
  { name: 'go', files: GO, may: [GO, RUNTIME], not: [ENGINES, /^src\/runtime\/(sched\/(sched|runq)|start)\.ts$/] },
  { name: 'mandelbrot', files: MANDELBROT, may: [MANDELBROT, LIB, /^src\/go\/types\.ts$/] },
  { name: 'modes', files: MODES, may: [MODES, GO, MANDELBROT] },
  {
    name: 'calibrate',
    files: CALIBRATE,
    may: [CALIBRATE, LIB, GO, MANDELBROT, MODES, /^src\/runtime\/(start|sim\/machine)\.ts$/],
  },
  { name: 'profile', files: PROFILE, may: [PROFILE, LIB, PPROF, RUNTIME, TRACE_OUT], not: [ENGINES] },
  {
    name: 'service',
    files: SERVICE,
    may: [SERVICE, LIB, GO, MANDELBROT, MODES, PROFILE, PPROF, /^src\/runtime\/start\.ts$/],
  },
  { name: 'load', files: LOAD, may: [LOAD, LIB] },
  { name: 'viewer', files: VIEWER, may: [VIEWER, LIB, TRACE, PPROF] },
  { name: 'terminal', files: /^src\/terminal\//, may: [ANY], not: [/^src\/(cli|mandelweb)\.ts$/, /^src\/commands\//] },
  { name: 'commands', files: /^src\/commands\//, may: [ANY], not: [/^src\/cli\.ts$/] },
  { name: 'package', files: /^src\/index\.ts$/, may: [GO, /^src\/runtime\/start\.ts$/] },
  { name: 'cli', files: /^src\/(cli|mandelweb)\.ts$/, may: [ANY] },
  { name: 'what runs what ships', files: /^(test|bench|examples)\//, may: [] },
];

/** Nobody but these may import what is for the command line. */
const COMMAND_LINE = /^src\/((cli|mandelweb)\.ts$|commands\/|terminal\/)/;

/** One package, one door. `files` are those that may import it; a package of src/ without a door breaks the house. */
export const doors: readonly { readonly package: string; readonly files: RegExp }[] = [
  { package: 'piscina', files: /^src\/runtime\/threads\/pool\.ts$/ },
  { package: 'pngjs', files: /^src\/mandelbrot\/png\.ts$/ },
  { package: 'commander', files: /^src\/terminal\/commander\.ts$/ },
  { package: 'fastify', files: SERVICE },
  { package: '@fastify/helmet', files: SERVICE },
  { package: 'prom-client', files: SERVICE },
  { package: '@viz-js/viz', files: /^src\/pprof\/graphviz\.ts$/ },
  { package: 're2js', files: /^src\/pprof\/pattern\.ts$/ },
  { package: '@jridgewell/trace-mapping', files: /^src\/runtime\/report\/source\.ts$/ },
  { package: 'preact', files: /^src\/viewer\/page\// },
  { package: 'acorn', files: /^src\/lib\/esmodule\.ts$/ },
  { package: 'acorn-walk', files: /^src\/lib\/esmodule\.ts$/ },
  { package: 'eslint-scope', files: /^src\/lib\/esmodule\.ts$/ },
  { package: 'estree', files: /^src\/lib\/esmodule\.ts$/ },
  { package: 'node:worker_threads', files: RUNTIME },
];

/** Words of the language that are for some rooms only. */
export const words: readonly { readonly rule: string; readonly word: RegExp; readonly notIn: RegExp }[] = [
  { rule: 'Atomics', word: /\bAtomics\b/, notIn: /^(src\/(?!runtime\/)|examples\/)/ },
  { rule: 'the clock', word: /\bDate\b|\bperformance\b|\bhrtime\b/, notIn: /^(src\/(go|modes)|examples)\// },
  { rule: 'timers', word: /\bset(Timeout|Interval|Immediate)\b/, notIn: /^(src\/(go|modes)|examples)\// },
  { rule: 'chance', word: /\bMath\.random\b/, notIn: /^(src\/(go|modes)|examples)\// },
  { rule: 'console', word: /\bconsole\b/, notIn: /^(src\/(go|modes)|examples)\// },
];

/** Lines that a file may have: all of them, or those with code. */
export const sizes: readonly {
  readonly rule: string;
  readonly files: RegExp;
  readonly lines?: number;
  readonly code?: number;
}[] = [
  { rule: 'size', files: ANY, lines: 400 },
  { rule: 'size of a mode', files: /^src\/modes\/(?!index|paint)\w+\.ts$/, code: 40 },
];

export const exceptions: readonly Exception[] = [
  {
    rule: 'Atomics',
    reason: 'package sync is written with atomics in Go as well',
    files: [/^src\/go\/(mutex|rwmutex|once|waitgroup)\.ts$/],
  },
  {
    rule: 'Atomics',
    reason: 'len and select each touch one word that other threads change, without a lock',
    files: [/^src\/go\/(chan|select)\.ts$/],
  },
];

/** What is wrong with `file`, a line each. */
export function violations(file: SourceFile, excused: readonly Exception[] = exceptions): string[] {
  const isExcused = (rule: string) => excused.some((e) => e.rule === rule && e.files.some((f) => f.test(file.path)));
  return [...badImports(file), ...badWords(file), ...badSizes(file)].flatMap(({ rule, text }) =>
    isExcused(rule) ? [] : [`${file.path}: ${text}`],
  );
}

interface Violation {
  readonly rule: string;
  readonly text: string;
}

function badImports({ path, text }: SourceFile): Violation[] {
  const room = rooms.find((r) => r.files.test(path));
  if (!room) return [{ rule: 'rooms', text: 'is in no room of the house' }];
  // What runs what ships has URLs of files in dist/, and they look like those of src/.
  const names = path.startsWith('src/') ? [...importsOf(text), ...moduleUrlsOf(text)] : importsOf(text);
  return names.flatMap((name) => {
    if (!name.startsWith('.')) return badPackage(path, name);
    const target = posix.normalize(posix.join(posix.dirname(path), name)).replace(/\.js$/, '.ts');
    if (!target.startsWith('src/')) return [];
    const may = room.may.some((m) => m.test(target)) && !room.not?.some((n) => n.test(target));
    const isForCommandLine = COMMAND_LINE.test(target) && !COMMAND_LINE.test(path);
    return may && !isForCommandLine ? [] : [{ rule: 'rooms', text: `${room.name} may not import ${target}` }];
  });
}

function badPackage(path: string, name: string): Violation[] {
  if (!path.startsWith('src/')) return [];
  // `pngjs/lib/packer-sync.js` is a file of the package pngjs.
  const door = doors.find(
    (d) => name === d.package || (!d.package.startsWith('node:') && name.startsWith(`${d.package}/`)),
  );
  if (!door) return name.startsWith('node:') ? [] : [{ rule: 'doors', text: `no door is for ${name}` }];
  return door.files.test(path) ? [] : [{ rule: 'doors', text: `this is not the door for ${name}` }];
}

function badWords({ path, text }: SourceFile): Violation[] {
  const code = codeOf(text, { strings: true });
  return words.flatMap(({ rule, word, notIn }) =>
    notIn.test(path) && word.test(code) ? [{ rule, text: `may not use ${rule} (${word.exec(code)![0]})` }] : [],
  );
}

function badSizes({ path, text }: SourceFile): Violation[] {
  const all = text.trimEnd().split('\n').length;
  return sizes.flatMap(({ rule, files, lines, code }) => {
    if (!files.test(path)) return [];
    if (lines !== undefined && all > lines) return [{ rule, text: `has ${all} lines, more than ${lines}` }];
    const n = linesOfCode(text);
    return code !== undefined && n >= code ? [{ rule, text: `has ${n} lines of code, not under ${code}` }] : [];
  });
}
