// A trace as our runtime writes it while a program runs: every P writes a chunk now and then, with its stacks at the end, and the GC
// events that are certain by then. Seeded; times repeat, also on different Ps.

import { ev } from 'mandel/trace';
import { Rng } from '#src/lib/rng.js';
import { ENDING, PREAMBLE, Writer } from '#src/trace/writer.js';

interface Go {
  readonly id: number;
  seq: number;
  /** P of its last event. */
  p: number;
}

/** One P: what it has not written yet. */
interface Proc {
  readonly id: number;
  readonly writer: Writer;
  readonly stacks: Map<string, number>;
  readonly texts: Map<string, number>;
  pending: { readonly id: number; readonly name: string }[];
  running: Go | undefined;
  isStarted: boolean;
  /** The time up to which its collections are known. */
  known: number;
}

/** The file, with some `events` events. Chunks have `chunk` bytes and up to as many again. */
export function chunkedTrace(procs: number, events: number, chunk: number, seed: number): Uint8Array {
  return new Chunked(procs, chunk, seed).run(events);
}

class Chunked {
  readonly #rng: Rng;
  readonly #chunk: number;
  readonly #procs: Proc[];
  readonly #out: Uint8Array[] = [PREAMBLE];
  readonly #runnable: Go[] = [];
  readonly #waiting: Go[] = [];
  /** Collections that are not in the file yet. */
  readonly #gcs: [from: number, to: number][] = [];
  #gcsWritten = 0;
  #lastGc = 0;
  #now = 1000;
  #created = 0;

  constructor(procs: number, chunk: number, seed: number) {
    this.#rng = new Rng(seed);
    this.#chunk = chunk;
    this.#procs = Array.from({ length: procs }, (_, id) => {
      const writer = new Writer(new Uint8Array(1 << 18));
      writer.batch(id, this.#now);
      const empty = {
        stacks: new Map(),
        texts: new Map(),
        pending: [],
        running: undefined,
        isStarted: false,
        known: 0,
      };
      return { id, writer, ...empty };
    });
  }

  run(events: number): Uint8Array {
    const first = this.#procs[0]!;
    this.#create(first, 0);
    for (let k = 0; k < 2; k++) first.writer.event2(ev.Gomaxprocs, this.#now, this.#procs.length, 0);
    for (let k = 0; k < events; k++) {
      this.#now += this.#rng.below(3);
      this.#act(this.#procs[this.#rng.below(this.#procs.length)]!);
      if (this.#rng.below(50) === 0) this.#collect();
    }
    for (const p of this.#procs) {
      if (p.running !== undefined) p.writer.event1(ev.GoPreempt, this.#now, 0);
      this.#flush(p);
    }
    this.#writeCollections(Infinity);
    return Buffer.concat([...this.#out, ENDING]);
  }

  #collect(): void {
    if (this.#now <= this.#lastGc + 1) return;
    this.#lastGc = this.#now + this.#rng.below(100);
    this.#gcs.push([this.#now, this.#lastGc]);
  }

  #act(p: Proc): void {
    if (!p.isStarted) p.writer.event1(ev.ProcStart, this.#now, p.id);
    p.isStarted = true;
    const { running } = p;
    if (running === undefined) this.#start(p);
    else this.#step(p, running);
    if (p.writer.pos > this.#chunk + this.#rng.below(this.#chunk)) this.#flush(p);
  }

  #start(p: Proc): void {
    const [go] = this.#runnable.splice(this.#rng.below(Math.max(this.#runnable.length, 1)), 1);
    if (go === undefined) {
      if (this.#rng.below(2) === 0) p.writer.event1(ev.HeapAlloc, this.#now, this.#rng.below(1e9));
      else this.#create(p, 0);
      return;
    }
    if (go.p === p.id) p.writer.event1(ev.GoStartLocal, this.#now, go.id);
    else p.writer.event2(ev.GoStart, this.#now, go.id, go.seq);
    this.#moved(go, p);
    p.running = go;
  }

  #step(p: Proc, go: Go): void {
    const { writer } = p;
    const stack = this.#stack(p, `at${this.#rng.below(20)}`);
    switch (this.#rng.below(8)) {
      case 0:
        this.#create(p, stack);
        break;
      case 1:
        writer.event1(ev.GoBlockRecv, this.#now, stack);
        this.#waiting.push(go);
        p.running = undefined;
        break;
      case 2:
        writer.event1(ev.GoSched, this.#now, stack);
        this.#runnable.push(go);
        p.running = undefined;
        break;
      case 3:
        writer.event0(ev.GoEnd, this.#now);
        p.running = undefined;
        break;
      case 4: {
        const key = this.#text(p, `key${this.#rng.below(5)}`);
        writer.event3(ev.UserLog, this.#now, 0, key, stack);
        writer.message(this.#rng.below(4) === 0 ? '' : `message ${'x'.repeat(this.#rng.below(300))}`);
        break;
      }
      case 5: {
        const name = this.#text(p, `region${this.#rng.below(5)}`);
        for (const mode of [0, 1]) writer.event4(ev.UserRegion, this.#now, 0, mode, name, stack);
        break;
      }
      default:
        this.#unblock(p, stack);
    }
  }

  #create(p: Proc, stack: number): void {
    const go = { id: ++this.#created, seq: 1, p: p.id };
    p.writer.event3(ev.GoCreate, this.#now, go.id, this.#stack(p, `main.f${go.id % 7}`), stack);
    this.#runnable.push(go);
  }

  #unblock(p: Proc, stack: number): void {
    const go = this.#waiting.shift();
    if (go === undefined) {
      this.#create(p, stack);
      return;
    }
    if (go.p === p.id) p.writer.event2(ev.GoUnblockLocal, this.#now, go.id, stack);
    else p.writer.event3(ev.GoUnblock, this.#now, go.id, go.seq, stack);
    this.#moved(go, p);
    this.#runnable.push(go);
  }

  #moved(go: Go, p: Proc): void {
    go.seq++;
    go.p = p.id;
  }

  /** Numbers are P k's: k + 1, k + 1 + the number of Ps ... */
  #number(p: Proc, count: number): number {
    return p.id + 1 + count * this.#procs.length;
  }

  #text(p: Proc, text: string): number {
    const known = p.texts.get(text);
    if (known !== undefined) return known;
    const id = this.#number(p, p.texts.size);
    p.texts.set(text, id);
    p.writer.string(id, text);
    return id;
  }

  #stack(p: Proc, name: string): number {
    const known = p.stacks.get(name);
    if (known !== undefined) return known;
    const id = this.#number(p, p.stacks.size);
    p.stacks.set(name, id);
    p.pending.push({ id, name });
    return id;
  }

  #flush(p: Proc): void {
    for (const { id, name } of p.pending) {
      const pc = 1 + 100 * p.id + id;
      p.writer.stack(id, [{ pc, func: name, file: 'main.go', line: id }], (text) => this.#text(p, text));
    }
    p.pending = [];
    this.#out.push(p.writer.buffer.slice(0, p.writer.pos));
    p.known = this.#now;
    this.#writeCollections(Math.min(...this.#procs.map(({ known }) => known)));
    p.writer.pos = 0;
    p.writer.batch(p.id, this.#now);
  }

  /** Writes the collections that ended before this time, and the time before which there are no others. */
  #writeCollections(known: number): void {
    const writer = new Writer(new Uint8Array(1024));
    for (let gc = this.#gcs[0]; gc !== undefined && gc[1] + 1 < known; gc = this.#gcs[0]) {
      this.#gcs.shift();
      writer.batch(-1, gc[0]);
      writer.event2(ev.GCStart, gc[0], this.#gcsWritten++, 0);
      writer.event0(ev.GCDone, gc[1]);
    }
    if (known > 0 && known < Infinity) writer.batch(-1, Math.min(known, this.#gcs[0]?.[0] ?? known));
    this.#out.push(writer.buffer.subarray(0, writer.pos));
  }
}
