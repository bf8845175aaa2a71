// Objects in a trace: what goroutines wait for, by number (trace/objects.ts). An object is numbered where it is made, or at the first
// wait for it if the trace did not run then. The number stands in the object itself, in the word WAITED.OBJECT:
//
//   TRACES << 14 | number     number from 1 to MOST; OTHER for all objects after these
//
// TRACES counts the traces of the run, so what an earlier trace has written is not taken for a number of this one. For each number
// the trace area has the id of the text that says what the object is and where it was made: the P that numbers an object defines
// the text in its own part of the trace, and all Ps refer to it.
//
// Invariants. The text of a number is set before the object gets the number, and does not change within a trace. The P that makes
// an object writes its word while no other P has the object. Two Ps may number an older object at the same time, under different
// locks (the two queues of an RWMutex): the word is set by compare-and-exchange, and the number of the loser stays unused.

import { field, nth, type ObjectAddr, type SudogAddr, type Word } from '../memory/address.js';
import { GC_WORDS, H, SG } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { handleAt, WAITED } from '../sched/handle.js';
import { placeDeclared } from '../sched/packagelevel.js';
import { type WaitReason, wait } from '../sched/reason.js';

/** Most objects that a trace tells apart. Chosen: a sieve of a million channels must not fill the table of stacks. */
const MOST = 10_000;
const NUMBER_BITS = 14;
const NUMBER_MASK = (1 << NUMBER_BITS) - 1;
/** Number of the objects that are not told apart. */
const OTHER = NUMBER_MASK;
/** Most objects of a select that are named, and most sets of objects that one P tells apart in selects. */
const MOST_MEMBERS = 16;
const MOST_SETS = 1000;

/** By reason of a wait: what `on` of gopark is. Waits of other reasons have no object in a trace. */
const OBJECT = 1;
const CHAIN = 2;
const named = new Uint8Array(64);
for (const reason of [
  wait.chanReceive,
  wait.chanSend,
  wait.mutexLock,
  wait.rwMutexRLock,
  wait.rwMutexLock,
  wait.waitGroupWait,
  wait.condWait,
]) {
  named[reason] = OBJECT;
}
named[wait.select] = CHAIN;

/** Numbers texts and sets of objects; see StackTable. */
interface Texts {
  setOf(numbers: readonly number[]): number;
  madeText(kind: string, site: number): number;
  declaredText(kind: string, place: string): number;
}

/** The objects that one P names. */
export class Objects {
  readonly #texts: Texts;
  /** TRACES << 14. */
  readonly #traces: number;
  /** Names of the sets of objects in selects, by the numbers of the objects. */
  readonly #sets = new Map<string, number>();

  constructor(texts: Texts) {
    this.#texts = texts;
    this.#traces = (((i32[H.TRACING]! + 1) >> 1) & 0x1ffff) << NUMBER_BITS;
  }

  /** Numbers an object that the running goroutine has just made. @param site number of the place, see StackTable.here */
  made(addr: ObjectAddr, kind: string, site: number): void {
    i32[field(addr, WAITED.OBJECT)] = this.#next(() => this.#texts.madeText(kind, site));
  }

  /** True once all further objects are not told apart. */
  get isFull(): boolean {
    return i32[H.TRACE_OBJECTS]! >= MOST;
  }

  /** The word for the next object. @param text returns the id of the text that says what it is */
  #next(text: () => number): number {
    const number = this.isFull ? OTHER : Atomics.add(i32, H.TRACE_OBJECTS, 1) + 1;
    if (number > MOST) return this.#traces | OTHER;
    i32[textWord(number)] = text();
    return this.#traces | number;
  }

  /**
   * The name of the object of a wait: its number; negative for a set of objects; 0 if the wait has none.
   * @param on as in gopark
   */
  name(reason: WaitReason, on: ObjectAddr | 0): number {
    const what = named[reason];
    if (what === 0 || on === 0) return 0;
    return what === OBJECT ? this.#number(on) : this.#select(on as number as SudogAddr);
  }

  #number(addr: ObjectAddr): number {
    const word = Atomics.load(i32, field(addr, WAITED.OBJECT)); // pairs with #numberOlder: the text is there
    return ((word ^ this.#traces) >> NUMBER_BITS === 0 ? word : this.#numberOlder(addr, word)) & NUMBER_MASK;
  }

  /** Numbers an object that was made when the trace did not run, and had this word. @returns its word now */
  #numberOlder(addr: ObjectAddr, was: number): number {
    const word = this.#next(() => this.#texts.declaredText(handleAt(addr).kind, placeDeclared(addr)));
    // Pairs with the load in #number.
    const now = Atomics.compareExchange(i32, field(addr, WAITED.OBJECT), was, word);
    return now === was ? word : now;
  }

  #select(chain: SudogAddr): number {
    const numbers: number[] = [];
    for (let sg: SudogAddr | 0 = chain; sg !== 0; sg = i32[field(sg, SG.WAITLINK)]!) {
      const number = this.#number(i32[field(sg, SG.ON)] as ObjectAddr);
      if (!numbers.includes(number)) numbers.push(number);
    }
    const key = numbers.sort((a, b) => a - b).join();
    return this.#sets.get(key) ?? this.#newSet(key, numbers);
  }

  #newSet(key: string, numbers: readonly number[]): number {
    if (this.#sets.size >= MOST_SETS) return OTHER;
    const shown = numbers.length <= MOST_MEMBERS ? numbers : [...numbers.slice(0, MOST_MEMBERS - 1), OTHER];
    const name = this.#texts.setOf(shown);
    this.#sets.set(key, name);
    return name;
  }
}

/** Id of the text that says what the object with this number is; 0 for those that are not told apart. */
export function textOfObject(number: number): number {
  return number === OTHER ? 0 : i32[textWord(number)]!;
}

function textWord(number: number): Word {
  return nth((i32[H.TRACE_AREA]! + GC_WORDS) as Word, number);
}
