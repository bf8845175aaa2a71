// The arguments of a goroutine, in its G record: numbers, booleans, strings, structs of these, handles. A tag of 4 bits
// each says which. Up to INLINE_ARGS stand in the record itself, more in a block of their own.

import { field, type GAddr, nth, nth64, type ObjectAddr, type SlotsAddr, slot, slotsAt } from '../memory/address.js';
import { UsageError } from '../memory/errors.js';
import { G, INLINE_ARGS } from '../memory/layout.js';
import { malloc, mfree } from '../memory/malloc.js';
import { f64, i32 } from '../memory/memory.js';
import { freeString, readString, writeString } from '../memory/string.js';
import { bool, float64, string } from '../value/basic.js';
import { inferStruct } from '../value/struct.js';
import { describe, type Type, typeById, typeId } from '../value/type.js';
import { Handle, handleAt } from './handle.js';

/** As many tags as fit into a word. */
export const MAX_ARGS = 8;

const tag = { number: 1, true: 2, false: 3, string: 4, handle: 5, nilHandle: 6, struct: 7, null: 8 } as const;

/** Stores the arguments of `go(body, ...args)` in the G at `gp`. @throws UsageError if one cannot cross threads */
export function writeArgs(gp: GAddr, body: string, args: readonly unknown[]): void {
  const n = args.length;
  if (n > MAX_ARGS) throw new UsageError(`go ${body}: expected at most ${MAX_ARGS} arguments, got ${n}; pass a struct`);
  const slots = n > INLINE_ARGS ? malloc<SlotsAddr>(n * 2) : slotsAt(gp, G.ARGS);
  let tags = 0;
  for (let k = 0; k < n; k++) {
    tags |= writeArg(slot(slots, k), args[k], body, k) << (4 * k);
  }
  // Only now: the block's address may stand where the first argument would.
  if (n > INLINE_ARGS) i32[field(gp, G.ARGS)] = slots;
  i32[field(gp, G.ARGTAGS)] = tags;
}

function writeArg(at: SlotsAddr, v: unknown, body: string, k: number): number {
  switch (typeof v) {
    case 'number':
      f64[nth64(at)] = v;
      return tag.number;
    case 'boolean':
      return v ? tag.true : tag.false;
    case 'string':
      i32[nth<'string'>(at)] = writeString(v);
      return tag.string;
    case 'object':
      if (v instanceof Handle) {
        i32[nth(at)] = v.addr === 0 ? typeId(v.handleType) : v.addr;
        return v.addr === 0 ? tag.nilHandle : tag.handle;
      }
      if (v === null) return tag.null; // a nil pointer
      return writeStruct(at, v, body, k);
    default:
      throw cannotCross(v, body, k);
  }
}

function writeStruct(at: SlotsAddr, v: object, body: string, k: number): number {
  const infer = (value: unknown): Type<unknown> => {
    if (typeof value === 'number') return float64;
    if (typeof value === 'boolean') return bool;
    if (typeof value === 'string') return string;
    if (value instanceof Handle) return value.handleType;
    if (isPlain(value)) return inferStruct(value, infer);
    throw cannotCross(v === value ? v : value, body, k);
  };
  const type = infer(v);
  const block = malloc<SlotsAddr>(Math.max(1, type.slots * 2));
  type.write(block, v);
  i32[nth<'slots'>(at)] = block;
  i32[nth(at, 1)] = typeId(type);
  return tag.struct;
}

function isPlain(v: unknown): v is object {
  if (typeof v !== 'object' || v === null) return false;
  const proto = Object.getPrototypeOf(v);
  return proto === Object.prototype || proto === null;
}

function cannotCross(v: unknown, body: string, k: number): UsageError {
  return new UsageError(
    `go ${body}: expected argument ${k + 1} to be a number, boolean, string, struct of these or a handle ` +
      `(channel, WaitGroup, Mutex, image, alloc), got ${describe(v)}: nothing else can cross threads`,
  );
}

/** Address of the handle that is argument `k` of the `n` of the unstarted G at `gp`, 0 if it is none. The G keeps it. */
export function argAddress(gp: GAddr, n: number, k: number): ObjectAddr | 0 {
  if (((i32[field(gp, G.ARGTAGS)]! >>> (4 * k)) & 15) !== tag.handle) return 0;
  const slots = n > INLINE_ARGS ? i32[field(gp, G.ARGS)]! : slotsAt(gp, G.ARGS);
  return i32[nth<'object'>(slot(slots, k))] ?? 0;
}

/** Number of arguments `k` of the G at `gp`, taken out of its record: it can be read once. */
function takeArg(gp: GAddr, slots: SlotsAddr, k: number): unknown {
  const at = slot(slots, k);
  switch ((i32[field(gp, G.ARGTAGS)]! >>> (4 * k)) & 15) {
    case tag.number: {
      const v = f64[nth64(at)]!;
      const small = v | 0; // V8 keeps 32-bit integers without a heap number
      return small === v && (small !== 0 || 1 / v > 0) ? small : v; // but not -0
    }
    case tag.true:
      return true;
    case tag.false:
      return false;
    case tag.string: {
      const addr = i32[nth<'string'>(at)]!;
      const text = readString(addr);
      freeString(addr);
      return text;
    }
    case tag.handle:
      return handleAt(i32[nth<'object'>(at)] as ObjectAddr);
    case tag.nilHandle:
      return typeById(i32[nth(at)]!).zero;
    case tag.null:
      return null;
    default: {
      const type = typeById(i32[nth(at, 1)]!);
      const block = i32[nth<'slots'>(at)]!;
      const v = type.read(block);
      type.free?.(block);
      mfree(block, Math.max(1, type.slots * 2));
      return v;
    }
  }
}

/** Calls `body` with the `n` arguments in the G at `gp`, and returns what it returns. */
// biome-ignore lint/complexity/noBannedTypes: any exported function may be a body
export function callBody(body: Function, gp: GAddr, n: number): unknown {
  const at = slotsAt(gp, G.ARGS);
  switch (n) {
    case 0:
      return body();
    case 1:
      return body(takeArg(gp, at, 0));
    case 2:
      return body(takeArg(gp, at, 0), takeArg(gp, at, 1));
    case 3:
      return body(takeArg(gp, at, 0), takeArg(gp, at, 1), takeArg(gp, at, 2));
    case 4:
      return body(takeArg(gp, at, 0), takeArg(gp, at, 1), takeArg(gp, at, 2), takeArg(gp, at, 3));
    default: {
      const block = i32[field(gp, G.ARGS)]!;
      const args = Array.from({ length: n }, (_, k) => takeArg(gp, block, k));
      mfree(block, n * 2);
      return body(...args);
    }
  }
}
