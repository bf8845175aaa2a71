// Objects in our traces: which channel, lock or timer a goroutine waits for. The format has no place for them, and its readers
// refuse events that they do not know. So an object is named by the innermost frame of the stack of a wait, which is a function
// of Go's library and so has no place in the program:
//
//   function   runtime.chanrecv1                                    what the goroutine does, as in Go
//   file       chan int, made at /home/ada/sieve.ts:12, object      what it waits for
//   line       17                                                   the number of the object
//
// Go's tools show "chan int, made at /home/ada/sieve.ts:12, object:17". A select has such a frame for each of its objects.

import type { Trace } from './model.js';

/** What a goroutine waits for. */
export interface WaitObject {
  /** `chan int`, `chan int, buffer 4`, `sync.Mutex`, `timer` and so on; `select`; `sleep`; `other` if it is not told apart. */
  readonly kind: string;
  /** Its number in the trace, from 1; 0 for the last three. */
  readonly number: number;
  /** Where the program made it, `file:line`; '' if that is not known. */
  readonly made: string;
  /** Of a select: its objects. */
  readonly members: readonly WaitObject[];
}

/** The file of a frame that says a wait is for an object of this kind. @param made '' if that is not known */
export function objectFile(kind: string, made: string): string {
  return `${kind}${made === '' ? '' : `, made at ${made}`}, object`;
}

/** The same for objects after the first ones, which are not told apart. */
export const OTHER_FILE = 'objects that are not told apart';

/** The same for a sleeping goroutine. */
export const SLEEP_FILE = 'timer of the goroutine';

const SELECT = 'runtime.selectgo';

/** Reads what the stacks of waits say, each once. */
export class ObjectReader {
  readonly #trace: Trace;
  readonly #byStack = new Map<number, WaitObject | undefined>();

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  /** What a goroutine waits for where a wait has this stack; undefined if the trace does not say. */
  of(stack: number): WaitObject | undefined {
    if (!this.#byStack.has(stack)) this.#byStack.set(stack, this.#read(stack));
    return this.#byStack.get(stack);
  }

  #read(stack: number): WaitObject | undefined {
    const { stacks, frames, strings } = this.#trace;
    const objects: WaitObject[] = [];
    let isSelect = false;
    for (let k = stacks.first[stack]!; k < stacks.first[stack + 1]!; k++) {
      const frame = stacks.frame[k]!;
      const object = readObject(strings[frames.file[frame]!]!, frames.line[frame]!);
      if (object === undefined) break;
      objects.push(object);
      isSelect = strings[frames.func[frame]!] === SELECT;
    }
    return isSelect ? { kind: 'select', number: 0, made: '', members: objects } : objects[0];
  }
}

/** What the file of a frame says of an object; undefined if it is a file. @param line of the frame */
export function readObject(file: string, line: number): WaitObject | undefined {
  if (file === SLEEP_FILE) return { kind: 'sleep', number: 0, made: '', members: [] };
  if (file === OTHER_FILE) return { kind: 'other', number: 0, made: '', members: [] };
  const [, kind, made = ''] = /^(.+?)(?:, made at (.+))?, object$/.exec(file) ?? [];
  return kind === undefined ? undefined : { kind, number: line, made, members: [] };
}

/** An object in words, with the name of the file only: `chan int 17 (sieve.ts:12)`. */
export function objectText({ kind, number, made, members }: WaitObject): string {
  if (kind === 'select') return `select of ${members.map(objectText).join(', ')}`;
  if (kind === 'sleep') return 'timers of sleeping goroutines';
  if (kind === 'other') return 'objects that are not told apart';
  return `${kind} ${number}${made === '' ? '' : ` (${made.replace(/^.*[\\/]/, '')})`}`;
}
