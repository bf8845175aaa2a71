// Large traces of one kind each, for measurements of the viewer: what is hard about each is in its name.

import { ev } from 'mandel/trace';
import { TraceFile } from './tracefile.js';

/** Bytes of a batch, as in Go. */
const BATCH = 64 * 1024;

/** A trace of one P that begins as every trace does; ids of texts and stacks from 10 on are free. */
class OneP {
  readonly file = new TraceFile();
  #began = 0;
  #lastNs = 100;
  ns = 1000;

  constructor() {
    this.file.batch(0, 100).frequency(1e9);
    for (const [k, text] of ['runtime.main', 'main.go', 'main.main'].entries()) this.file.string(k + 1, text);
    this.file.stack(1, [0x1001, 1, 2, 1]).stack(2, [0x1011, 3, 2, 5]);
  }

  add(ns: number, type: number, ...args: number[]): void {
    this.ns += ns;
    const { file } = this;
    if (file.length - this.#began > BATCH) {
      this.#began = file.length;
      file.batch(0, this.ns);
      this.#lastNs = this.ns;
    }
    file.record(type, this.ns - this.#lastNs, ...args);
    this.#lastNs = this.ns;
  }

  /** Creates main, and starts it. */
  begin(): void {
    this.add(0, ev.GoCreate, 1, 1, 0);
    this.add(10, ev.ProcStart, 1);
    this.add(10, ev.GoStart, 1, 1);
    this.add(1, ev.Gomaxprocs, 1, 0);
  }
}

/** A trace whose goroutines have so many bodies; of each body there are `each`, one in every pass over the bodies. */
export function bodiesTrace(bodies: number, each: number): Uint8Array {
  const one = new OneP();
  for (let b = 0; b < bodies; b++) {
    one.file.string(10 + b, `example.com/app/part${b % 100}.(*Server).handle${b}`);
    one.file.stack(10 + b, [0x10001 + 16 * b, 10 + b, 2, 10 + b]);
  }
  one.begin();
  let g = 2;
  let seq = 2;
  for (let pass = 0; pass < each; pass++) {
    for (let b = 0; b < bodies; b++, g++) {
      one.add(90, ev.GoCreate, g, 10 + b, 2);
      one.add(30, ev.GoSched, 2);
      one.add(40 + (b % 7) * 10, ev.GoStart, g, 1);
      one.add(150 + ((b * 31 + pass * 17) % 400), ev.GoEnd);
      one.add(60, ev.GoStart, 1, seq++);
    }
  }
  one.add(100, ev.GoEnd);
  one.add(10, ev.ProcStop);
  return one.file.bytes;
}

/** A trace of one goroutine with so many spans: it runs and is runnable in turn. */
export function spansTrace(spans: number): Uint8Array {
  const one = new OneP();
  one.begin();
  for (let k = 0, seq = 2; k < spans / 2; k++) {
    one.add(40 + ((k * 7919) % 300), ev.GoSched, 2);
    one.add(20 + ((k * 104729) % 100), ev.GoStart, 1, seq++);
  }
  one.add(100, ev.GoEnd);
  one.add(10, ev.ProcStop);
  return one.file.bytes;
}
