// Handles: small objects on each thread that stand for one object in shared memory, at an address. The first word of
// every shared object is its type's number, so an address is enough to make the handle again on another thread.
//
// On one thread, one shared object has one handle: `===` compares as Go's == does on channels and pointers.
//
// Memory that is given back becomes other objects, and no thread can be told to forget the handles that it has of the
// former ones. So beside its type's number the first word has a generation, which is another for each object that is ever
// at an address: a handle is of the object whose first word it was made with.

import { type Addr, nth, type ObjectAddr, offsets } from '../memory/address.js';
import { H } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { expected, GENERATIONS, register, Type, typeById, typeId, typeIn, typeWord } from '../value/type.js';
import { generationHere, mallocHere } from './arena.js';
import { m } from './g.js';
import { declare, UNMADE } from './packagelevel.js';

/** What every handle is. */
export abstract class Handle {
  /** Address of the shared object; 0 is nil; UNMADE between two runs, if a module has made it while it was loaded. */
  addr: ObjectAddr;
  /** Its type as a handle, e.g. `chan int`. */
  readonly handleType: Type<unknown>;
  /** @internal The first word of its object. */
  typeWord = 0;

  constructor(addr: ObjectAddr, type: Type<unknown>) {
    this.addr = addr;
    this.handleType = type;
  }

  /** @internal What it is, for traces: `chan int`. */
  get kind(): string {
    return this.handleType.name;
  }

  /** @internal Makes this the handle of the object at `addr`, for the next run; kinds that remember it have more to do. */
  bind(addr: ObjectAddr): void {
    this.addr = addr;
  }
}

/**
 * The first words of an object that goroutines wait for: its type, like that of every object, and OBJECT, its number in a trace
 * (tracing/objects.ts).
 */
export const WAITED = offsets<'object'>()({ TYPE: 0, OBJECT: 1 });
/** How many words these are: what is its own begins after them. */
export const WAITED_WORDS = 2;

const wraps = new Map<Type<unknown>, (addr: ObjectAddr) => Handle>();

/**
 * A type whose values are handles. `wrap` makes the handle of an object that is already in shared memory; a thread
 * calls it once for each object. `nil` makes the handle that stands for address 0; without it, nil is null.
 */
export function handleType<T extends Handle>(
  name: string,
  wrap: (addr: T['addr'], type: Type<T>) => T,
  nil?: (type: Type<T>) => T,
): Type<T> {
  const type: Type<T> = new Type<T>({
    name,
    slots: 1,
    zero: null as unknown as T,
    check: (v) => {
      if (v instanceof Handle ? v.handleType.name !== name : v !== null || type.zero !== null) throw expected(name, v);
    },
    write: (addr, v) => {
      i32[nth<'object'>(addr)] = v === null ? 0 : v.addr;
    },
    read: (addr) => {
      const at = i32[nth<'object'>(addr)]!;
      return at === 0 ? type.zero : (handleAt(at) as T);
    },
  });
  const known = register(type);
  if (known !== type) return known;
  if (nil) type.zero = nil(type);
  wraps.set(type, (addr) => wrap(addr as T['addr'], type));
  return type;
}

/** The handles of this thread, and the ones last used: reading a Map costs more than the rest of a receive. */
let handles = new Map<ObjectAddr, Handle>();
const RECENT = 256;
const recentAddr = new Int32Array(RECENT);
const recentWord = new Int32Array(RECENT);
const recent: (Handle | undefined)[] = new Array(RECENT).fill(undefined);

/** The generation of the run's last arena when this thread has last dropped what is of no object. */
let swept = 0;
const SWEEP = GENERATIONS / 4;

/** Forgets the handles of an earlier run. */
export function resetHandles(): void {
  handles = new Map();
  swept = 0;
  recentAddr.fill(0);
  recent.fill(undefined);
}

/** The handle of the object at `addr` (not nil). */
export function handleAt(addr: ObjectAddr): Handle {
  const k = (addr >> 3) & (RECENT - 1); // blocks of the arena are at least 8 words
  const word = i32[nth(addr)]!;
  if (recentAddr[k] === addr && recentWord[k] === word) return recent[k]!;
  let handle = handles.get(addr);
  if (handle?.typeWord !== word) {
    sweepNowAndThen();
    handle = wraps.get(typeById(typeIn(word)))!(addr);
    handle.typeWord = word;
    handles.set(addr, handle);
  }
  recentAddr[k] = addr;
  recentWord[k] = word;
  recent[k] = handle;
  return handle;
}

/** The handles that this thread has. */
export function handlesHere(): Iterable<Handle> {
  return handles.values();
}

/** Drops handles of objects that are no more, long before others at their addresses have the same generation. */
function sweepNowAndThen(): void {
  if (Math.abs(i32[H.ARENAS_GENERATION]! - swept) < SWEEP) return;
  swept = i32[H.ARENAS_GENERATION]!;
  for (const [addr, { typeWord }] of handles) {
    if (i32[nth(addr)] !== typeWord) handles.delete(addr);
  }
  recentAddr.fill(0);
  recent.fill(undefined);
}

/**
 * The address of a new shared object: `make` makes it now, if a goroutine calls. If a module does while it is loaded, the
 * object is made at the beginning of each run, and this is UNMADE; adopt() sees to it.
 */
export function addressFor<A extends ObjectAddr>(make: () => A): A {
  return m.curg === 0 ? (UNMADE as A) : make();
}

/** Zeroed memory for a new shared object, in the running goroutine's arena if it has one. */
export function allocate<A extends Addr<string> = ObjectAddr>(words: number): A {
  const addr = mallocHere<A>(words);
  i32.fill(0, addr, addr + words);
  return addr;
}

/**
 * Makes `handle`, whose address is of addressFor(make), the handle of a new object on this thread, and marks the object with its
 * type.
 * @param what how the program makes one, for messages: `new Mutex()`
 * @throws UsageError if neither a goroutine nor a module that is being loaded calls
 */
export function adopt<T extends Handle>(handle: T, what: string, make: () => ObjectAddr): T {
  if (handle.addr !== UNMADE) return adoptNew(handle);
  const bind = (addr: ObjectAddr) => {
    handle.bind(addr);
    if (addr !== UNMADE) remember(handle, typeWord(typeId(handle.handleType), 0));
  };
  const makeMarked = () => {
    const addr = make();
    i32[nth(addr)] = typeWord(typeId(handle.handleType), 0);
    return addr;
  };
  declare(what, makeMarked, bind);
  return handle;
}

/** The same for an object that has been made, by a goroutine. */
export function adoptNew<T extends Handle>(handle: T): T {
  return adoptGeneration(handle, generationHere());
}

/** The same for an object in memory of its own, which other objects of its type have had before: it has another generation. */
export function adoptGeneration<T extends Handle>(handle: T, generation: number): T {
  const word = typeWord(typeId(handle.handleType), generation);
  i32[nth(handle.addr)] = word;
  sweepNowAndThen();
  remember(handle, word);
  return handle;
}

/** From now on this thread's handle of the object with this first word, at handle.addr, is this one. */
function remember(handle: Handle, word: number): void {
  handle.typeWord = word;
  handles.set(handle.addr, handle);
}
