// The types of channel elements, arguments and shared structs; and shared structs themselves, which are Go's pointers
// to structs. What is exported here is also what other rooms need to make shared objects of their own.

import { field, type ObjectAddr, offsets, type SlotsAddr } from '../runtime/memory/address.js';
import { UsageError } from '../runtime/memory/errors.js';
import { lock, unlock } from '../runtime/memory/lock.js';
import { hasMemory } from '../runtime/memory/memory.js';
import { addressFor, adopt, allocate, Handle, handleType } from '../runtime/sched/handle.js';
import { pace } from '../runtime/sched/hooks.js';
import { amend, noGoroutine, UNMADE } from '../runtime/sched/packagelevel.js';
import { type StructField, structFields } from '../runtime/value/struct.js';
import { parse, registerConstructor, type Type, type TypeLike, typeOf } from '../runtime/value/type.js';

export {
  type BlockAddr,
  field,
  field64,
  nth64,
  type ObjectAddr,
  offsets,
  type Word,
} from '../runtime/memory/address.js';
export { scratch } from '../runtime/memory/malloc.js';
export { bytesAt, f64, i32, wasmMemory } from '../runtime/memory/memory.js';
export { reserveForWasm, type WasmModule, wasm } from '../runtime/memory/reserve.js';
export { adoptNew, allocate, Handle, handleType } from '../runtime/sched/handle.js';
export { needGoroutine } from '../runtime/sched/packagelevel.js';
export { charge, work } from '../runtime/sched/work.js';
export { bool, float64, int, string } from '../runtime/value/basic.js';
export { type StructOf, struct } from '../runtime/value/struct.js';
export { Type, type TypeLike } from '../runtime/value/type.js';

/** Words of a shared struct: type, lock, then the fields. */
const S = offsets<'object', { FIELDS: 'slots' }>()({ TYPE: 0, LOCK: 1, FIELDS: 2 });

/**
 * A shared struct: a handle with the struct's fields, which are the same on every thread.
 * @example
 * const Account = struct({ owner: string, balance: int });
 * export function deposit(account: Shared<typeof Account.zero>, amount: number): void {
 *   account.balance += amount;
 * }
 * const account = alloc(Account, { owner: 'Ada' });
 * deposit(account, 7);
 * println(account.owner, account.balance);
 * // Output: Ada 7
 */
export type Shared<T> = Handle & T;

/**
 * The type of handles of shared structs: Go's `*T`. Its zero value is null.
 * @example
 * const Node = struct({ value: int });
 * const c = chan(ptr(Node), 1);
 * yield* c.send(alloc(Node, { value: 7 }));
 * println((yield* c.recv()).value);
 * // Output: 7
 */
export function ptr<T extends object>(type: TypeLike<T>): Type<Shared<T>> {
  const struct = typeOf(type);
  const known = pointers.get(struct);
  if (known) return known as Type<Shared<T>>;
  const Class = sharedClass(structFields(struct));
  const made = handleType(`*${struct.name}`, (addr, self: Type<Shared<T>>) => new Class(addr, self) as Shared<T>);
  pointers.set(struct, made);
  return made;
}
const pointers = new WeakMap<Type<unknown>, Type<unknown>>();
registerConstructor('*', (inner) => ptr(parse(inner) as Type<object>));

/**
 * A new shared struct: Go's `&T{...}`, or `new(T)` without values. `p.n += 1` reads and writes the one that all threads
 * see, without any protection but what the program's own Mutex or channels give: as in Go.
 * @example
 * const Counter = struct({ n: int });
 * const counter = alloc(Counter, { n: 1 });
 * counter.n += 1;
 * println(counter.n);
 * // Output: 2
 */
export function alloc<T extends object>(type: TypeLike<T>, init?: Partial<T>): Shared<T> {
  const struct = typeOf(type);
  const pointer = ptr(struct);
  const Class = sharedClass(structFields(struct));
  const make = () => allocate(S.FIELDS + struct.slots * 2);
  const shared = adopt(new Class(addressFor(make), pointer), `alloc(${struct.name})`, make) as Shared<T>;
  return hasMemory ? Object.assign(shared, init) : shared;
}

/** Fields of structs that are declared and not made yet (packagelevel.ts), by name. */
const initials = new WeakMap<Handle, Record<string, unknown>>();

/** Sets a field of such a struct, for every run. */
function setInitial(s: Handle, name: string, v: unknown): void {
  amend(`setting ${name}`, () => {
    (s as unknown as Record<string, unknown>)[name] = v;
  });
  initials.set(s, { ...initials.get(s), [name]: v });
}

function initial(s: Handle, name: string, type: Type<unknown>): unknown {
  if (!hasMemory) throw noGoroutine(`reading ${name}`);
  const values = initials.get(s) ?? {};
  return copyOf(Object.hasOwn(values, name) ? values[name] : type.zero);
}

/** A value of a type, which is not the same object if it is a struct's. */
function copyOf(v: unknown): unknown {
  if (typeof v !== 'object' || v === null || v instanceof Handle) return v;
  return Object.fromEntries(Object.entries(v).map(([name, field]) => [name, copyOf(field)]));
}

/** Members of every handle. */
const OWN: readonly string[] = ['addr', 'handleType', 'typeWord'];

type SharedClass = new (addr: ObjectAddr, type: Type<unknown>) => Handle;
const classes = new WeakMap<readonly StructField[], SharedClass>();

/** A class of handles that has an accessor for each field. */
function sharedClass(fields: readonly StructField[]): SharedClass {
  const known = classes.get(fields);
  if (known) return known;
  const Class = class extends Handle {};
  for (const { name, type, offset } of fields) {
    if (OWN.includes(name)) {
      throw new UsageError(`ptr: expected field names other than ${OWN.join(', ')}, which handles have of their own`);
    }
    const at = S.FIELDS + offset;
    Object.defineProperty(Class.prototype, name, {
      enumerable: true,
      ...(type.free ? guardedField(name, type, at) : plainField(name, type, at)),
    });
  }
  classes.set(fields, Class);
  return Class;
}

/** The value of a field that lies so many words behind the beginning of the struct. */
function fieldAt(addr: ObjectAddr, at: number): SlotsAddr {
  return (addr + at) as SlotsAddr;
}

function plainField(name: string, type: Type<unknown>, at: number): PropertyDescriptor & ThisType<Handle> {
  return {
    get() {
      if (this.addr === UNMADE) return initial(this, name, type);
      if (pace !== undefined) pace.access(false);
      return type.read(fieldAt(this.addr, at));
    },
    set(v: unknown) {
      type.check(v);
      if (this.addr === UNMADE) setInitial(this, name, copyOf(v));
      else {
        if (pace !== undefined) pace.access(true);
        type.write(fieldAt(this.addr, at), v);
      }
    },
  };
}

/** A field that owns memory: a reader must not find it freed under its hands, whatever the program does. */
function guardedField(name: string, type: Type<unknown>, at: number): PropertyDescriptor & ThisType<Handle> {
  return {
    get() {
      if (this.addr === UNMADE) return initial(this, name, type);
      if (pace !== undefined) pace.access(false);
      lock(field(this.addr, S.LOCK));
      const v = type.read(fieldAt(this.addr, at));
      unlock(field(this.addr, S.LOCK));
      return v;
    },
    set(v: unknown) {
      type.check(v);
      if (this.addr === UNMADE) {
        setInitial(this, name, copyOf(v));
        return;
      }
      if (pace !== undefined) pace.access(true);
      lock(field(this.addr, S.LOCK));
      type.free!(fieldAt(this.addr, at));
      type.write(fieldAt(this.addr, at), v);
      unlock(field(this.addr, S.LOCK));
    },
  };
}
