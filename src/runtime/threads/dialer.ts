// Node's side of the network: the code that has the sockets calls the program here, and waits for its replies. After netpoll and
// netpollready in runtime/netpoll.go. sched/netpoll.ts has the other side, the memory and the invariants.
//
// Node's main thread must not sleep. It waits for the listener's word BELL by Atomics.waitAsync, one wait at a time, on the value
// that BELL had before the check of what has come. So a ring between the check and the wait is not missed:
//
//   Node's main thread                          a goroutine
//   reads BELL: 4
//   checks REPLIED and HUNGUP: nothing
//                                               pushes its conn on REPLIED, BELL = 5
//   waitAsync(BELL, 4): BELL is 5, so it
//   checks again at once
//
// Such a wait does not keep Node alive; sysmon's timer does.
//
// Only Node's main thread changes the state of a conn: it is in #free, or, from call() until the goroutine has hung up, in #calls.
// An abort, done() and the check all run on this one thread, so nothing else happens to a conn meanwhile, but what its goroutine
// pushes.

/// <reference types="node" preserve="true" />

import {
  type ConnAddr,
  field,
  type GAddr,
  type ListenerAddr,
  nth,
  type Offset,
  type Word,
  type Words,
} from '../memory/address.js';
import { G, H, P, pAddress, park } from '../memory/layout.js';
import { aliveIn, type RunStats, statsOf } from '../run/result.js';
import { C, CONNS, connAddress, L, MAX_REQUEST, NET_WORDS, poll } from '../sched/netpoll.js';
import { wake } from './park.js';

export { NET_WORDS };

/** What a program has replied to a call. */
export interface Reply {
  readonly head: string;
  readonly body: Buffer;
  /** The client has the reply, or has disconnected: lets the goroutine continue. To be called once. */
  done(): void;
}

/** Calls a program that listens. */
export interface Dialer {
  /**
   * Passes the program a request.
   * @param request at most 4096 bytes of UTF-8
   * @param signal is aborted when the client disconnects; after the reply that lets the goroutine continue, as done() does
   * @throws RangeError if the request is too long; Error if too many calls are under way, the dialer is closed, the client
   * disconnects, the goroutine hangs up without a reply, or the run ends
   */
  call(request: string, signal: AbortSignal): Promise<Reply>;
  /** No more calls will come: when the program has accepted those that have come, its accept returns null. */
  close(): void;
  /** Calls whose goroutines have not hung up yet. */
  readonly inFlight: number;
  /** How many calls there may be at once. */
  readonly slots: number;
  /** The counts of the run so far, and how many goroutines there are. */
  stats(): RunStats & { readonly alive: number };
}

/** Atomics.waitAsync, which TypeScript's library for our target does not declare. */
interface AsyncAtomics {
  waitAsync(
    words: Words,
    index: number,
    value: number,
  ): { readonly async: false } | { readonly async: true; readonly value: Promise<string> };
}
const { waitAsync } = Atomics as unknown as AsyncAtomics;

/** A call under way. */
interface Call {
  readonly conn: ConnAddr;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  /** Removes the listener of the signal. */
  readonly forget: () => void;
  /** True once the client has disconnected. */
  gone: boolean;
  replied: boolean;
}

export class Netpoller implements Dialer {
  readonly slots = CONNS;
  readonly #words: Words;
  readonly #net: ListenerAddr;
  /** Called once; then undefined. */
  #onListen: ((dialer: Dialer) => void) | undefined;
  /** Conns that no goroutine has; the last is used next, so that memory is touched for no more conns than are used at once. */
  readonly #free: ConnAddr[];
  readonly #calls = new Map<ConnAddr, Call>();
  #closed = false;
  #ended = false;

  /**
   * @param words the memory of a run that is laid out, and has not begun
   * @param onListen is called once the program listens
   */
  constructor(words: Words, onListen: (dialer: Dialer) => void) {
    this.#words = words;
    this.#net = words[H.NET] as ListenerAddr;
    this.#onListen = onListen;
    this.#free = Array.from({ length: CONNS }, (_, k) => connAddress(this.#net, CONNS - 1 - k));
    this.#listen();
  }

  get inFlight(): number {
    return this.#calls.size;
  }

  stats(): RunStats & { readonly alive: number } {
    return { ...statsOf(this.#words), alive: aliveIn(this.#words) };
  }

  async call(request: string, signal: AbortSignal): Promise<Reply> {
    const length = Buffer.byteLength(request);
    if (length > MAX_REQUEST) {
      throw new RangeError(`call: expected a request of at most ${MAX_REQUEST} bytes, got one of ${length}`);
    }
    if (this.#ended) throw ended();
    if (this.#closed) throw new Error('call: expected an open dialer, got one that is closed');
    if (signal.aborted) throw clientGone();
    const conn = this.#free.pop();
    if (conn === undefined) {
      throw new Error(`call: expected at most ${CONNS} calls at once, got one more; let fewer in`);
    }
    const words = this.#words;
    words.fill(0, field(conn, C.GONE), field(conn, C.REQUEST));
    words[field(conn, C.GENERATION)] = words[field(conn, C.GENERATION)]! + 1;
    words[field(conn, C.LENGTH)] = length;
    Buffer.from(words.buffer, field(conn, C.REQUEST) * 4, length).write(request, 'utf8');
    const reply = new Promise<Reply>((resolve, reject) => {
      const abort = () => this.#abort(conn);
      signal.addEventListener('abort', abort);
      const forget = () => signal.removeEventListener('abort', abort);
      this.#calls.set(conn, { conn, resolve, reject, forget, gone: false, replied: false });
    });
    const net = this.#net;
    const tail = words[field(net, L.TAIL)]!;
    words[nth(field(net, L.RING), tail & (CONNS - 1))] = conn; // there is room: a conn is in the ring at most once
    Atomics.store(words, field(net, L.TAIL), (tail + 1) | 0); // publishes the call; pairs with the load in netaccept
    this.#ready(field(net, L.POLL));
    return reply;
  }

  close(): void {
    if (this.#closed || this.#ended) return;
    this.#closed = true;
    Atomics.store(this.#words, field(this.#net, L.CLOSED), 1); // pairs with the load in netclosed
    this.#ready(field(this.#net, L.POLL));
  }

  /** The run has ended: no call is replied to any more. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const call of this.#calls.values()) {
      call.forget();
      call.reject(ended());
    }
    this.#calls.clear();
    Atomics.notify(this.#words, field(this.#net, L.BELL)); // ends the outstanding wait, after which no other begins
  }

  #listen(): void {
    while (!this.#ended) {
      const bell = Atomics.load(this.#words, field(this.#net, L.BELL));
      this.#check();
      const ring = waitAsync(this.#words, field(this.#net, L.BELL), bell);
      if (!ring.async) continue; // BELL has changed meanwhile
      void ring.value.then(() => this.#listen());
      return;
    }
  }

  /** Handles everything that goroutines have pushed. */
  #check(): void {
    const words = this.#words;
    if (this.#onListen !== undefined && Atomics.load(words, field(this.#net, L.LISTENING)) !== 0) {
      const onListen = this.#onListen;
      this.#onListen = undefined;
      onListen(this);
    }
    // In this order: a goroutine replies first and hangs up then, so a conn in `hungup` that had a reply is also in `replied`, or
    // was in it before.
    const hungup = Atomics.exchange(words, field(this.#net, L.HUNGUP), 0);
    const replied = Atomics.exchange(words, field(this.#net, L.REPLIED), 0);
    for (const conn of this.#stack(replied, C.NEXTREPLIED)) this.#deliver(this.#calls.get(conn)!);
    for (const conn of this.#stack(hungup, C.NEXTHUNGUP)) this.#release(this.#calls.get(conn)!);
  }

  /** The conns of a stack, in the order in which they were pushed. */
  #stack(top: ConnAddr | 0, link: Offset<'conn', 'conn'>): ConnAddr[] {
    const conns: ConnAddr[] = [];
    for (let conn = top; conn !== 0; conn = this.#words[field(conn, link)]!) conns.push(conn);
    return conns.reverse();
  }

  /** Delivers the reply of a goroutine to the caller. */
  #deliver(call: Call): void {
    if (call.gone) return; // the goroutine may have freed the reply
    const words = this.#words;
    const { conn } = call;
    const headLength = words[field(conn, C.HEAD)]!;
    const at = words[field(conn, C.REPLY)]! * 4;
    const head = Buffer.from(words.buffer, at, headLength).toString('utf8');
    const body = Buffer.allocUnsafeSlow(words[field(conn, C.BODY)]!);
    body.set(new Uint8Array(words.buffer, at + headLength, body.length));
    const done = () => {
      if (this.#calls.get(conn) === call) this.#settle(conn, C.TAKEN);
    };
    call.replied = true;
    call.resolve({ head, body, done });
  }

  /** The goroutine has hung up: frees its conn. */
  #release(call: Call): void {
    const { conn } = call;
    call.forget();
    if (!call.replied) call.reject(new Error('call: expected a reply, got none: the goroutine has hung up'));
    this.#calls.delete(conn);
    this.#free.push(conn);
  }

  /** The client has disconnected. */
  #abort(conn: ConnAddr): void {
    const call = this.#calls.get(conn)!;
    call.forget();
    call.gone = true;
    call.reject(clientGone());
    this.#settle(conn, C.GONE);
  }

  /** Tells the goroutine that the conn is no longer of use, and why. */
  #settle(conn: ConnAddr, why: typeof C.TAKEN | typeof C.GONE): void {
    if (this.#ended) return;
    Atomics.store(this.#words, field(conn, why), 1); // pairs with the loads in nettaken
    this.#ready(field(conn, C.POLL));
  }

  /** Makes the poll word ready, or the goroutine that waits there runnable. Pairs with the changes in netpollblock. */
  #ready(word: Word<'G'>): void {
    const words = this.#words;
    for (;;) {
      const before = Atomics.load(words, word);
      if (before === poll.ready) return;
      const parked = before !== poll.nil && before !== poll.wait;
      if (Atomics.compareExchange(words, word, before, parked ? poll.nil : poll.ready) !== before) continue;
      if (parked) this.#handOver(before);
      return;
    }
  }

  /** Passes a G to its home P, and wakes that: the push comes first, as park.ts requires. */
  #handOver(gp: GAddr): void {
    const words = this.#words;
    const home = pAddress(words[field(gp, G.HOME)]!);
    for (;;) {
      const head = Atomics.load(words, field(home, P.NETPOLL));
      words[field(gp, G.LINK)] = head;
      if (Atomics.compareExchange(words, field(home, P.NETPOLL), head, gp) === head) break; // pairs with the exchange in netpoll
    }
    wake(home, park.awake, words);
  }
}

function clientGone(): Error {
  return new Error('call: the client has gone away');
}

function ended(): Error {
  return new Error('call: expected a reply, got none: the run has ended');
}
