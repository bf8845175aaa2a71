// Fresh modules: new instances of the program's modules for each simulated run. With one instance for all runs, a run would find
// what earlier runs left in a module's variables: outcomes would depend on those runs, and a replay would be another run.
//
// Node evaluates a module once and keeps it for ever. So the first run of a thread has Node's instances, and later runs have
// instances of modules that were rewritten as functions (lib/modulefunction.ts). Only modules are rewritten that hold mutable
// state, or import one that does; all others, packages and mandel itself are Node's. An instance is garbage after its run.

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { type ModuleSource, readModule } from '../../lib/esmodule.js';
import { moduleFunction } from '../../lib/modulefunction.js';
import { holdsState } from '../../lib/modulestate.js';
import { noteShifts } from '../report/source.js';
import { isGo, localUrl } from '../run/modulegraph.js';
import type { Importer } from '../run/program.js';
import { loading, undeclare } from '../sched/packagelevel.js';

type Exports = Readonly<Record<string, unknown>>;
type Instance = Generator<unknown, unknown, unknown> | AsyncGenerator<unknown, unknown, unknown>;

/** A module of a program, and what it imports. */
interface Unit {
  readonly url: string;
  readonly source: ModuleSource;
  /** By the specifier in its source: a module of the program, or the exports of one that Node loads. */
  readonly imports: Map<string, Unit | Exports>;
  /** True if it is rewritten. */
  fresh: boolean;
  /** Makes an instance; undefined if it is not rewritten. */
  make: ((meta: object, importer: (source: string) => Promise<Exports>) => Instance) | undefined;
  /** True if it mentions import.meta, which takes long to make. */
  readonly usesMeta: boolean;
  dependencies: readonly string[];
  stars: readonly string[];
}

/** Functions and classes of mandel/go that make shared objects and types: those are new in every run anyway (packagelevel.ts). */
const MAKERS = [
  'struct',
  'ptr',
  'chanOf',
  'chan',
  'nilChan',
  'alloc',
  'Mutex',
  'RWMutex',
  'WaitGroup',
  'Once',
  'Cond',
  'Ticker',
];
const makesShared = (name: string, source: string) => isGo(source) && MAKERS.includes(name);

interface Made {
  readonly unit: Unit;
  readonly instance: Instance;
}

/** The modules that this thread has read, by URL. */
const units = new Map<string, Unit>();
/** The modules that programs begin with, by URL; of one that Node loads, its exports. */
const entries = new Map<string, Unit | Exports>();

/** An importer for one run, which gives it fresh instances. It loads one module after the other, as they may share imports. */
export function freshImporter(): Importer {
  const instances = new Instances();
  let last: Promise<unknown> = Promise.resolve();
  return (url) => {
    const next = last.then(() => instances.load(url));
    last = next.catch(() => {}); // the caller that asked for that module gets the error
    return next;
  };
}

/** The instances of one run. */
class Instances {
  readonly #exports = new Map<Unit, Exports>();

  async load(url: string): Promise<Exports> {
    const entry = entries.get(url) ?? (await findEntry(url));
    return isUnit(entry) ? await this.#evaluate(entry) : entry;
  }

  /** Makes, links and evaluates the modules that have no instance yet: dependencies first, in the order of the imports. */
  async #evaluate(entry: Unit): Promise<Exports> {
    const made: Made[] = [];
    await this.#make(entry, made);
    for (const { unit, instance } of made) {
      const dependencies = unit.dependencies.map((source) => this.#exportsOf(unit.imports.get(source)!));
      await instance.next(dependencies);
    }
    for (const { unit, instance } of made) {
      const outer = loading.module; // the module that waits for an import() of this one
      loading.module = unit.url;
      try {
        await instance.next([]);
      } finally {
        loading.module = outer;
      }
    }
    return this.#exports.get(entry)!;
  }

  async #make(unit: Unit, made: Made[]): Promise<void> {
    if (this.#exports.has(unit)) return;
    undeclare(unit.url);
    const instance = unit.make!(unit.usesMeta ? metaOf(unit.url) : {}, (source) => this.#import(unit, source));
    const exports = (await instance.next([])).value as Exports;
    this.#exports.set(unit, exports);
    for (const each of unit.imports.values()) if (isUnit(each)) await this.#make(each, made);
    for (const source of unit.stars) addExports(exports, this.#exportsOf(unit.imports.get(source)!));
    made.push({ unit, instance });
  }

  #exportsOf(dependency: Unit | Exports): Exports {
    return isUnit(dependency) ? this.#exports.get(dependency)! : dependency;
  }

  /** import() in a module that was rewritten. */
  async #import(from: Unit, source: string): Promise<Exports> {
    let url: string | undefined;
    try {
      url = localUrl(source, from.url);
    } catch {
      // There is no such module: Node's import below throws Node's own error.
    }
    return url === undefined ? await importFrom(from.url, source) : await this.load(url);
  }
}

function isUnit(dependency: Unit | Exports): dependency is Unit {
  return units.get((dependency as Unit).url) === dependency;
}

/** `export *`: adds the names of the other module, but not `default`, and none that the module has itself. */
function addExports(exports: Exports, others: Exports): void {
  for (const name of Object.keys(others)) {
    if (name === 'default' || Object.hasOwn(exports, name)) continue;
    Object.defineProperty(exports, name, { get: () => others[name], enumerable: true });
  }
}

function metaOf(url: string): object {
  const filename = fileURLToPath(url);
  const resolve = (source: string) => localUrl(source, url) ?? pathToFileURL(createRequire(url).resolve(source)).href;
  return { url, filename, dirname: dirname(filename), resolve };
}

/** unitAt, once for each URL. @throws Node's own error for a module that Node cannot load either */
async function findEntry(url: string): Promise<Unit | Exports> {
  try {
    const unit = await unitAt(url);
    const entry = unit?.fresh ? unit : ((await import(url)) as Exports);
    entries.set(url, entry);
    return entry;
  } catch (error) {
    await import(url);
    throw error;
  }
}

/** The module of the program at this URL, with all that it imports; undefined if Node loads it. */
async function unitAt(url: string): Promise<Unit | undefined> {
  const at = localUrl(url, url);
  const unit = at === undefined ? undefined : await read(at);
  if (unit === undefined) return undefined;
  const all = reachable(unit);
  for (let before = -1, count = 0; count !== before; ) {
    before = count;
    for (const each of all) each.fresh ||= importsOf(each).some(({ fresh }) => fresh);
    count = [...all].filter(({ fresh }) => fresh).length;
  }
  for (const each of all) if (each.fresh && each.make === undefined) await rewrite(each);
  return unit;
}

/** Reads the module, and the modules that it imports. Undefined if it is CommonJS, which Node loads. */
async function read(url: string): Promise<Unit | undefined> {
  const known = units.get(url);
  if (known !== undefined) return known;
  const source = readModule(url);
  if (!/\.m[jt]s$/.test(url) && !source.body.some(({ type }) => /^(Im|Ex)port/.test(type))) return undefined;
  const fresh = holdsState(source, makesShared);
  const usesMeta = /\bimport\s*\.\s*meta\b/.test(source.text);
  const unit: Unit = { url, source, usesMeta, imports: new Map(), fresh, make: undefined, dependencies: [], stars: [] };
  units.set(url, unit); // before its imports are read: modules may import each other in a circle
  for (const { source: from } of source.imports) {
    if (unit.imports.has(from)) continue;
    const local = localUrl(from, url);
    const dependency = local === undefined ? undefined : await read(local);
    unit.imports.set(from, dependency ?? (await importFrom(url, from)));
  }
  return unit;
}

const importsOf = (unit: Unit): Unit[] => [...unit.imports.values()].filter(isUnit);

function reachable(unit: Unit, found = new Set<Unit>()): Set<Unit> {
  if (found.has(unit)) return found;
  found.add(unit);
  for (const each of importsOf(unit)) reachable(each, found);
  return found;
}

async function rewrite(unit: Unit): Promise<void> {
  for (const [source, dependency] of unit.imports) {
    // A module without mutable state is not rewritten: Node's instance is as good as a new one.
    if (isUnit(dependency) && !dependency.fresh) unit.imports.set(source, await import(dependency.url));
  }
  const { code, head, dependencies, stars, shifts } = moduleFunction(unit.source, (source) =>
    isUnit(unit.imports.get(source)!),
  );
  unit.make = compile(code, unit.url, -head);
  unit.dependencies = dependencies;
  unit.stars = stars;
  noteShifts(unit.url, shifts);
}

/** What Node gives the module at `from` for an import of `source`. */
async function importFrom(from: string, source: string): Promise<Exports> {
  const { emitWarning } = process;
  process.emitWarning = () => {}; // Node 20 calls USE_MAIN_CONTEXT_DEFAULT_LOADER experimental; it has not changed since
  try {
    return await compile('(source) => import(source)', from, 0)(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Evaluates an expression as code of the file at `url`, on its first line, from this column on. */
// biome-ignore lint/suspicious/noExplicitAny: the caller knows what the expression is
function compile(code: string, url: string, columnOffset: number): any {
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  return new vm.Script(code, { filename: url, columnOffset, importModuleDynamically }).runInThisContext();
}
