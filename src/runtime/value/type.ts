// Types: the encoding of values in shared memory. A Type turns a value into slots of 8 bytes and back; its name is Go's notation
// and is all that another thread needs to build it, so types match by structure, as Go's unnamed types do.
//
// Invariants. All-zero slots are the zero value of every type. What a slot owns (the bytes of a string) belongs to
// the owner of the slot; copying slots moves it, free() frees it.

import { nth, type SlotsAddr } from '../memory/address.js';
import { UsageError } from '../memory/errors.js';
import { H, MAX_TYPES } from '../memory/layout.js';
import { lock, unlock } from '../memory/lock.js';
import { i32 } from '../memory/memory.js';
import { readString, writeString } from '../memory/string.js';

/** What a type is made of. */
interface TypeSpec<T> {
  /** In Go's notation, e.g. `struct{i int;j int}`. */
  readonly name: string;
  /** Slots of 8 bytes that a value takes. */
  readonly slots: number;
  /** The value of all-zero slots. */
  zero: T;
  /** @throws UsageError unless `v` is a value of this type */
  check(v: unknown): void;
  /** Stores a checked value at an even address. */
  write(addr: SlotsAddr, v: T): void;
  /** A copy of the value at an even address. */
  read(addr: SlotsAddr): T;
  /** Gives back what the slots own; undefined where they never own anything. */
  free?: ((addr: SlotsAddr) => void) | undefined;
}

/**
 * A type of channel elements, struct fields and arguments. Its members are those of TypeSpec.
 * @example
 * export function pipe<T>(type: Type<T>): Chan<T> {
 *   return chan(type, 1);
 * }
 * const c = pipe(int);
 * yield* c.send(7);
 * println(yield* c.recv());
 * // Output: 7
 */
export class Type<T> {
  readonly name: string;
  readonly slots: number;
  /** Set once; not readonly because a nil handle needs its type first. */
  zero: T;
  readonly check: TypeSpec<T>['check'];
  readonly write: TypeSpec<T>['write'];
  readonly read: TypeSpec<T>['read'];
  readonly free: TypeSpec<T>['free'];

  constructor(spec: TypeSpec<T>) {
    this.name = spec.name;
    this.slots = spec.slots;
    this.zero = spec.zero;
    this.check = spec.check;
    this.write = spec.write;
    this.read = spec.read;
    this.free = spec.free;
  }
}

/**
 * What may stand for a type: the type, or a class of shared objects that has one (`chan(WaitGroup)`).
 * @example
 * export function pipe<T>(type: TypeLike<T>): Chan<T> {
 *   return chan(type, 1);
 * }
 * println(cap(pipe(int)), cap(pipe(WaitGroup)));
 * // Output: 1 1
 */
export type TypeLike<T> = Type<T> | { readonly type: Type<T> };

export function typeOf<T>(like: TypeLike<T>): Type<T> {
  if (like instanceof Type) return like;
  if (like?.type instanceof Type) return like.type;
  throw new UsageError(`type: expected a type such as int or struct({...}), got ${describe(like)}`);
}

/** `v` for an error message: short, on one line. */
export function describe(v: unknown): string {
  if (typeof v === 'string') return v.length > 40 ? `a string of ${v.length} characters` : JSON.stringify(v);
  if (typeof v === 'function') return `function ${v.name || '(anonymous)'}`;
  if (typeof v === 'bigint') return `${v}n`;
  if (typeof v === 'symbol') return v.toString();
  if (typeof v === 'object' && v !== null) {
    const name = Object.getPrototypeOf(v)?.constructor?.name;
    return name === 'Object' || name === undefined ? 'an object' : `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
  }
  return Object.is(v, -0) ? '-0' : String(v);
}

/** Names of the types that this thread knows, and their ids in the run that it is part of. */
const known = new Map<string, Type<unknown>>();
let idOfName = new Map<string, number>();
let typeOfId: (Type<unknown> | undefined)[] = [];

/** Forgets the ids of an earlier run. */
export function resetTypes(): void {
  idOfName = new Map();
  typeOfId = [];
}

/** Makes `type` known on this thread, so that its name can be read back. One name is one type: the first wins. */
export function register<T>(type: Type<T>): Type<T> {
  const before = known.get(type.name);
  if (before) return before as Type<T>;
  known.set(type.name, type);
  return type;
}

/** The type with this name, if this thread has it. */
export function knownType(name: string): Type<unknown> | undefined {
  return known.get(name);
}

/** The number that stands for `type` in shared memory, the same on every thread of the run. */
export function typeId(type: Type<unknown>): number {
  return idOfName.get(type.name) ?? intern(type.name);
}

function intern(name: string): number {
  lock(H.TYPES_LOCK);
  const count = i32[H.TYPES_COUNT]!;
  let id = 1;
  while (id <= count && readString(i32[nth(H.TYPES, id)]!) !== name) id++;
  if (id > count && id < MAX_TYPES) {
    i32[nth(H.TYPES, id)] = writeString(name);
    i32[H.TYPES_COUNT] = id;
  }
  unlock(H.TYPES_LOCK);
  if (id >= MAX_TYPES)
    throw new UsageError(`type: expected at most ${MAX_TYPES - 1} different types, got one more: ${name}`);
  idOfName.set(name, id);
  return id;
}

/** Bits of a type's number: MAX_TYPES is 2 to this. */
const TYPE_BITS = 12;
/** One more than the largest generation. */
export const GENERATIONS = 2 ** (32 - TYPE_BITS);

/** The first word of an object of the type with this number, in this generation of what has been at its address. */
export function typeWord(id: number, generation: number): number {
  return id | ((generation % GENERATIONS) << TYPE_BITS);
}

/** The number of the type in the first word of an object. */
export function typeIn(word: number): number {
  return word & (MAX_TYPES - 1);
}

/** The type that typeId() gave this number for, on whatever thread. */
export function typeById(id: number): Type<unknown> {
  const type = typeOfId[id];
  if (type) return type;
  // The name was written before its number left the thread that interned it, in an object or an argument that came
  // to us through a queue: no lock is needed to read it.
  const found = parse(readString(i32[nth(H.TYPES, id)]!));
  typeOfId[id] = found;
  return found;
}

/** What builds a type from the types in its name: `chan T`, `*T`, `struct{...}`. Their own files add them. */
const constructors = new Map<string, (inner: string) => Type<unknown>>();

/** Adds a constructor: names that begin with `prefix` are built by it from the rest of the name. */
export function registerConstructor(prefix: string, build: (inner: string) => Type<unknown>): void {
  constructors.set(prefix, build);
}

/** The type with this name. @throws UsageError if this thread has no such type */
export function parse(name: string): Type<unknown> {
  const type = known.get(name);
  if (type) return type;
  for (const [prefix, build] of constructors) {
    if (name.startsWith(prefix)) return build(name.slice(prefix.length));
  }
  throw new UsageError(`type: this thread has no type ${name}; export something from its module in the program`);
}

/** The error for a value of another type. */
export function expected(name: string, v: unknown): UsageError {
  return new UsageError(`expected a value of type ${name}, got ${describe(v)}`);
}
