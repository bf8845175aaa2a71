// Package-level objects: channels, locks and structs that a module makes while it is loaded, as a Go package does with its
// package-level variables. Every thread loads the modules for itself, so the threads have to agree on one object.
//
// Unlike Go, this is so for the objects of mandel/go only: a plain variable (`let n = 0`) is each thread's own, because threads
// share no JavaScript values.
//
// While a module is loaded nothing is allocated: the object is *declared*, by its module, its ordinal among what that module
// makes, its type, and the place in the source. At the beginning of each run the first thread that comes makes all objects
// that it has declared, outside of all arenas, and writes their addresses in a table (H.DECLARED_AT). Every other thread
// finds each of its declarations in that table. So the order in which modules are loaded does not matter, and what the
// module's code does to an object while it is loaded (`wg.add(8)`, `s.n = 1`) is part of the declaration and happens once.
//
// Invariants. The handle of an object that was declared has the address UNMADE until its thread has joined the run. No goroutine
// sees that: a thread runs goroutines after it has joined. All threads declare the same objects, or the run fails.

import { fileURLToPath } from 'node:url';
import { type BlockAddr, nth, type ObjectAddr } from '../memory/address.js';
import { UsageError } from '../memory/errors.js';
import { declared, H } from '../memory/layout.js';
import { mallocZeroed } from '../memory/malloc.js';
import { hasMemory, i32, solo } from '../memory/memory.js';
import { readString, writeString } from '../memory/string.js';
import { m } from './g.js';

/** The address of an object that is declared and not made yet: no word of the memory is there. */
export const UNMADE = -(2 ** 30) as ObjectAddr;

/** An object that a module has made while it was loaded. */
interface Declaration {
  /** Module, ordinal, type and place: the same on every thread. */
  readonly key: string;
  /** Makes the object in shared memory, and returns its address. Called once in a run, by one thread. */
  readonly make: () => ObjectAddr;
  /** Makes the handle of this thread that of the object at this address; at UNMADE, of none. */
  readonly bind: (addr: ObjectAddr) => void;
  /** Where, as V8 gives it, `URL:line:column`; '' if that is not known. */
  readonly at: string;
  addr: ObjectAddr;
}

/** Where a module has made the object at `addr` while it was loaded, `URL:line:column`; '' if that is not known. */
export function placeDeclared(addr: ObjectAddr): string {
  return declarations.find((declaration) => declaration.addr === addr)?.at ?? '';
}

function bindTo(declaration: Declaration, addr: ObjectAddr): void {
  declaration.addr = addr;
  declaration.bind(addr);
}

/** What a module has done to such an object while it was loaded. */
interface Amendment {
  /** Where. */
  readonly at: string;
  readonly act: () => void;
}

const declarations: Declaration[] = [];
/** What modules have done to them. Done once in a run, by the thread that makes the objects, when all are made. */
const amendments: (Amendment & { readonly module: string })[] = [];
/** How many objects each module has declared. */
const ordinals = new Map<string, number>();
/** True while this thread takes part in a run: what it has not declared by then would be another object on each thread. */
let joined = false;

/** Words of an entry of the table: address of its key, address of the object. The table begins with their count. */
const ENTRY_WORDS = 2;

/**
 * Declares an object of the module that is being loaded.
 * @param what how the program makes one, for messages: `new Mutex()`
 * @throws UsageError if no module is being loaded
 */
export function declare(what: string, make: () => ObjectAddr, bind: (addr: ObjectAddr) => void): void {
  if (!hasMemory) return; // a module that starts its own run is loaded there as well; no operation works there
  const place = joined ? undefined : placeOfCall();
  if (place === undefined) {
    throw new UsageError(
      `${what}: expected a goroutine, or a module that is loaded before the program starts, got a call from a callback, a ` +
        'promise or a module that was imported later: it would be another object on every thread; make it where the ' +
        'module is loaded, or in a goroutine, and hand it on',
    );
  }
  const { module, at } = place;
  const ordinal = (ordinals.get(module) ?? 0) + 1;
  ordinals.set(module, ordinal);
  declarations.push({ key: `${module} ${ordinal}: ${what} at ${at}`, make, bind, at, addr: UNMADE });
}

/**
 * Has something done to an object that is declared and not made yet: it is done when the objects of the run have been made.
 * @param what the call, for messages: `wg.add`
 * @throws UsageError if no module is being loaded
 */
export function amend(what: string, act: () => void): void {
  const place = joined || !hasMemory ? undefined : placeOfCall();
  if (place === undefined) throw noGoroutine(what);
  amendments.push({ ...place, act });
}

/** @throws UsageError if the object at `addr` is declared and not made yet, where only a goroutine can do `what` to it */
export function requireMade(addr: ObjectAddr, what: string): void {
  if (addr === UNMADE) throw noGoroutine(what);
}

/** @throws UsageError if no goroutine calls, where only a goroutine can do `what` */
export function needGoroutine(what: string): void {
  if (m.curg === 0) throw noGoroutine(what);
}

/** The error for a call that only a goroutine can make. */
export function noGoroutine(what: string): UsageError {
  const where = hasMemory ? 'while a module is loaded, or by a callback' : 'on a thread that takes part in no run';
  return new UsageError(
    `${what}: expected to be called by a goroutine, got a call ${where}; call it in main or in what main calls, and run the ` +
      'program with run() or `mandel run`',
  );
}

/** Forgets the objects of an earlier run. What modules have declared stays declared. */
export function leaveRun(): void {
  joined = false;
  for (const declaration of declarations) bindTo(declaration, UNMADE);
}

/** Forgets what this module has declared: it is about to be loaded again. */
export function undeclare(module: string): void {
  if (!ordinals.delete(module) && amendments.length === 0) return;
  const rest = declarations.filter(({ key }) => !key.startsWith(`${module} `));
  declarations.splice(0, declarations.length, ...rest);
  const others = amendments.filter((amendment) => amendment.module !== module);
  amendments.splice(0, amendments.length, ...others);
}

/**
 * Joins the run, with what the modules of this thread have declared: makes the objects, or finds those that the first thread
 * has made. Waits while that thread makes them, which takes microseconds and no scheduling point.
 * @returns false if making them has failed on another thread, which says why and ends the run: this one must not begin it
 * @throws UsageError if the first thread has declared others
 */
export function joinRun(): boolean {
  joined = true;
  // Pairs with the same by other threads: one makes the objects.
  if (Atomics.compareExchange(i32, H.DECLARED, declared.no, declared.begun) === declared.no) {
    makeAll();
    return true;
  }
  return findAll();
}

function makeAll(): void {
  let state: number = declared.failed;
  try {
    if (declarations.length > 0) i32[H.DECLARED_AT] = makeObjects();
    amendments.forEach(applyAmendment);
    state = declared.made;
  } finally {
    Atomics.store(i32, H.DECLARED, state); // pairs with the load and the wait in findAll: the table is there
    Atomics.notify(i32, H.DECLARED);
  }
}

function applyAmendment({ at, act }: Amendment): void {
  try {
    act();
  } catch (error) {
    if (error instanceof Error && at !== '') error.message += ` (at ${placeText(at)})`; // its own stack begins here
    throw error;
  }
}

/** The word of the table with the key of entry number `k`; the next word has the address of its object. */
function keyWord(k: number): number {
  return 1 + k * ENTRY_WORDS;
}

/** @returns address of the table; 0 where there is no other thread to read it */
function makeObjects(): BlockAddr | 0 {
  const addrs = declarations.map((declaration) => {
    const addr = declaration.make();
    bindTo(declaration, addr); // what is made later may hold this one
    return addr;
  });
  if (solo) return 0;
  const table = mallocZeroed(1 + declarations.length * ENTRY_WORDS);
  i32[nth(table)] = declarations.length;
  declarations.forEach(({ key }, k) => {
    i32[nth<'string'>(table, keyWord(k))] = writeString(key);
    i32[nth<'object'>(table, keyWord(k) + 1)] = addrs[k]!;
  });
  return table;
}

function findAll(): boolean {
  while (Atomics.load(i32, H.DECLARED) === declared.begun) Atomics.wait(i32, H.DECLARED, declared.begun);
  if (Atomics.load(i32, H.DECLARED) === declared.failed) return false;
  const made = readTable();
  for (const declaration of declarations) {
    const { key } = declaration;
    const addr = made.get(key);
    if (addr === undefined) throw differing(key);
    made.delete(key);
    bindTo(declaration, addr);
  }
  for (const key of made.keys()) throw differing(key);
  return true;
}

function readTable(): Map<string, ObjectAddr> {
  const table = i32[H.DECLARED_AT]!;
  const made = new Map<string, ObjectAddr>();
  if (table === 0) return made;
  for (let k = 0; k < i32[nth(table)]!; k++) {
    const addr = i32[nth<'object'>(table, keyWord(k) + 1)] as ObjectAddr;
    made.set(readString(i32[nth<'string'>(table, keyWord(k))]!), addr);
  }
  return made;
}

function differing(key: string): UsageError {
  const [, what, at] = /^.* \d+: (.*) at (.*)$/.exec(key) ?? [];
  return new UsageError(
    `${what}: expected every thread to make the same objects while it loads the program's modules, got one that only some ` +
      `threads make (at ${placeText(at ?? '')}); make it on every thread, without a condition, or make it in main and hand it to the goroutines`,
  );
}

/** `file:line:column` of a call site. */
function placeText(at: string): string {
  return at.replace(/^file:\S+?(?=:\d+:\d+$)/, (url) => fileURLToPath(url));
}

/** What of V8's call sites is used here; the two for the enclosing function are not in @types/node. */
interface CallSite {
  getFileName(): string | null | undefined;
  getFunctionName(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  getEnclosingLineNumber(): number | null;
  getEnclosingColumnNumber(): number | null;
  isAsync(): boolean;
}

/** The files of the runtime: this one is built into one of them. */
const RUNTIME = new URL('../', import.meta.url).href;

/** Set while a module is loaded by a loader of ours, which says which one it is. */
export const loading: { module: string | undefined } = { module: undefined };

/** The module whose top level is running, and the place in the program that calls us; undefined if none is running. */
function placeOfCall(): { readonly module: string; readonly at: string } | undefined {
  // Then there is one thread, which compares nothing, and many runs: a stack takes longer than all the rest.
  if (loading.module !== undefined) return { module: loading.module, at: '' };
  const sites = callSites().filter((site) => !site.isAsync());
  const caller = sites.find((site) => !site.getFileName()?.startsWith(RUNTIME));
  const at = `${caller?.getFileName()}:${caller?.getLineNumber()}:${caller?.getColumnNumber()}`;
  const module = sites.find(isTopLevel)?.getFileName();
  return module ? { module, at } : undefined;
}

/** V8 runs the top level of a module as a function without a name that begins where the file does. */
function isTopLevel(site: CallSite): boolean {
  const begins = site.getEnclosingLineNumber() === 1 && site.getEnclosingColumnNumber() === 1;
  return begins && site.getFunctionName() === null;
}

function callSites(): readonly CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    Error.prepareStackTrace = (_error, sites) => sites;
    return new Error().stack as unknown as readonly CallSite[];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
