// Addresses in the shared memory, as types: a P, a G, a sudog, an object and a plain index are all numbers, and must not be
// taken for each other. The brands exist for the compiler only, and `field` is an addition.
//
//   i32[field(gp, G.STATUS)] = gStatus.running;      the word STATUS of the G at gp
//   i32[field(pp, P.CURG)] = gp;                     only a G, or 0, fits there
//   f64[field64(gp, G.GOID)]                         a float64 lies at an even word
//   i32[gp + G.STATUS], i32[field(gp, P.CURG)]       do not compile

declare const brand: unique symbol;

/**
 * The address of a record of this kind, or of several kinds: the index of its first 32-bit word. 0 is nil, and of no kind.
 * A channel is an object and a `chan`; `Addr<string>` is any record.
 */
export type Addr<K extends string> = number & { readonly [brand]: { readonly [kind in K]: true } };
export type PAddr = Addr<'P'>;
export type GAddr = Addr<'G'>;
/** The cold record of a G. */
export type ColdAddr = Addr<'cold'>;
export type SudogAddr = Addr<'sudog'>;
/** An object that programs share, behind a handle: a channel, a lock, a struct ... */
export type ObjectAddr = Addr<'object'>;
export type ChanAddr = Addr<'object' | 'chan'>;
export type ListenerAddr = Addr<'object' | 'listener'>;
export type ConnAddr = Addr<'object' | 'conn'>;
/** Slots of 8 bytes with a value in them (value/type.ts), at an even address. */
export type SlotsAddr = Addr<'slots'>;
/** A string's block (memory/string.ts). */
export type StringAddr = Addr<'string'>;
/** A block of the arena, for whatever its owner makes of it. */
export type BlockAddr = Addr<'block'>;

/** What a word holds: a number, an address of some kind or 0, or half of a float64. */
export interface Held {
  readonly int: number;
  readonly P: PAddr | 0;
  readonly G: GAddr | 0;
  readonly sudog: SudogAddr | 0;
  readonly object: ObjectAddr | 0;
  readonly listener: ListenerAddr | 0;
  readonly conn: ConnAddr | 0;
  readonly slots: SlotsAddr;
  readonly string: StringAddr | 0;
  readonly block: BlockAddr | 0;
}
export type Kind = keyof Held | 'f64';

/** The index in `i32` of a word that holds this. */
export type Word<V extends Kind = 'int'> = number & { readonly [brand]: { readonly word: V } };
/** The distance of a word from the beginning of a record of kind K. */
export type Offset<K extends string, V extends Kind = 'int'> = number & {
  readonly [brand]: { readonly of: K; readonly holds: V };
};
/** The index in `f64` of a float64. */
export type Double = number & { readonly [brand]: 'double' };

/** The shared memory as 32-bit words. It is an Int32Array; only the index is another type. */
export interface Words extends Pick<Int32Array, 'length' | 'buffer' | 'byteOffset'> {
  [word: Word]: number;
  [word: Word<'P'>]: Held['P'];
  [word: Word<'G'>]: Held['G'];
  [word: Word<'sudog'>]: Held['sudog'];
  [word: Word<'object'>]: Held['object'];
  [word: Word<'listener'>]: Held['listener'];
  [word: Word<'conn'>]: Held['conn'];
  [word: Word<'slots'>]: Held['slots'];
  [word: Word<'string'>]: Held['string'];
  [word: Word<'block'>]: Held['block'];
  fill(value: number, start: number, end: number): this;
}

/** The shared memory as float64s. */
export interface Doubles {
  [index: Double]: number;
}

/** The word at this distance from the beginning of the record at `addr`. */
export function field<K extends string, V extends Kind>(addr: Addr<K>, offset: Offset<NoInfer<K>, V>): Word<V> {
  return (addr + offset) as Word<V>;
}

/** The float64 at this distance from the beginning of the record at `addr`. */
export function field64<K extends string>(addr: Addr<K>, offset: Offset<NoInfer<K>, 'f64'>): Double {
  return ((addr + offset) >> 1) as Double;
}

/** Word number `k` of a record, or of an array of words that begins at `start`. */
export function nth<V extends Kind = 'int'>(start: Addr<string> | Word<V>, k = 0): Word<V> {
  return (start + k) as Word<V>;
}

/** Float64 number `k` from this word on. */
export function nth64(start: Addr<string> | Word<'f64'>, k = 0): Double {
  return ((start >> 1) + k) as Double;
}

/** The slots that begin at this distance from the beginning of the record at `addr`. */
export function slotsAt<K extends string>(addr: Addr<K>, offset: Offset<NoInfer<K>, 'slots'>): SlotsAddr {
  return (addr + offset) as SlotsAddr;
}

/** Slot number `k` from these on. */
export function slot(slots: SlotsAddr, k: number): SlotsAddr {
  return (slots + 2 * k) as SlotsAddr;
}

/** A table of the words of a record of kind K. `Holds` names those that hold something else than a number. */
export function offsets<K extends string, Holds extends { readonly [name: string]: Kind } = Record<never, Kind>>() {
  return <const T extends { readonly [name: string]: number }>(
    table: T,
  ): { readonly [N in keyof T]: Offset<K, N extends keyof Holds ? Holds[N] : 'int'> } => table as never;
}

/** A table of words with places of their own, which belong to no record. */
export function words<Holds extends { readonly [name: string]: Kind } = Record<never, Kind>>() {
  return <const T extends { readonly [name: string]: number }>(
    table: T,
  ): { readonly [N in keyof T]: Word<N extends keyof Holds ? Holds[N] : 'int'> } => table as never;
}

/** What a word of this kind is read as, and written with. */
export type Value<V extends Kind> = V extends keyof Held ? Held[V] : never;

declare global {
  interface Atomics {
    load<V extends Kind>(words: Words, word: Word<V>): Value<V>;
    store<V extends Kind>(words: Words, word: Word<V>, value: Value<V>): Value<V>;
    exchange<V extends Kind>(words: Words, word: Word<V>, value: Value<V>): Value<V>;
    compareExchange<V extends Kind>(words: Words, word: Word<V>, expected: Value<V>, value: Value<V>): Value<V>;
    add(words: Words, word: Word, delta: number): number;
    sub(words: Words, word: Word, delta: number): number;
    and(words: Words, word: Word, mask: number): number;
    or(words: Words, word: Word, mask: number): number;
    wait(words: Words, word: Word, value: number, timeoutMs?: number): 'ok' | 'not-equal' | 'timed-out';
    notify(words: Words, word: Word, count?: number): number;
  }
}
