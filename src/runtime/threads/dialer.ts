// Node's side of the network: whoever has the sockets calls the program here, and waits for its replies. After
// netpoll and netpollready in runtime/netpoll.go. runtime/netpoll.ts has the other side, the memory and the invariants.
//
// Node's thread must not sleep: it hears the listener's bell by Atomics.waitAsync, one outstanding wait at a time, on the
// value that the bell had before it looked. So a bell that is rung between the look and the wait is not slept through.
// Such a wait does not keep Node alive; the run's clock does.
//
// What is a conn's state and who may use it is Node's alone to say: a conn is in #free, or in #calls from call() until the
// goroutine has hung up. An abort, done() and the look at what has come all happen on this one thread, between which
// nothing else happens to a conn but what its goroutine pushes.

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
  /** The client has it, or is gone: the goroutine goes on. To be called once. */
  done(): void;
}

/** Calls a program that listens. */
export interface Dialer {
  /**
   * Hands the program a request.
   * @param request at most 4096 bytes of UTF-8
   * @param signal says that the client has gone away; after the reply it says that the goroutine is to go on, as done() does
   * @throws RangeError if the request is too long; Error if too many calls are under way, the dialer is closed, the client
   * goes away, the goroutine hangs up without a reply, or the run ends
   */
  call(request: string, signal: AbortSignal): Promise<Reply>;
  /** Says that no more calls will come: once it has had those that have, the program's accept answers null. */
  close(): void;
  /** Calls whose goroutines have not hung up yet. */
  readonly inFlight: number;
  /** How many there may be. */
  readonly slots: number;
  /** What the run has come to so far, and how many goroutines there are. */
  stats(): RunStats & { readonly alive: number };
}

/** Atomics.waitAsync, of which the library that we are compiled against does not know. */
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
  /** Takes the listener off the signal. */
  readonly forget: () => void;
  /** True once the client has gone away. */
  gone: boolean;
  replied: boolean;
}

export class Netpoller implements Dialer {
  readonly slots = CONNS;
  readonly #words: Words;
  readonly #net: ListenerAddr;
  /** Undefined once it has been called. */
  #onListen: ((dialer: Dialer) => void) | undefined;
  /** Conns that no goroutine has; the last is used next, so that memory is touched only for as many as there are at once. */
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
    words[field(conn, C.TURN)] = words[field(conn, C.TURN)]! + 1;
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

  /** The run is over: nobody will reply any more. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const call of this.#calls.values()) {
      call.forget();
      call.reject(ended());
    }
    this.#calls.clear();
    Atomics.notify(this.#words, field(this.#net, L.BELL)); // the outstanding wait is over, and no other begins
  }

  #listen(): void {
    while (!this.#ended) {
      const heard = Atomics.load(this.#words, field(this.#net, L.BELL));
      this.#hear();
      const ring = waitAsync(this.#words, field(this.#net, L.BELL), heard);
      if (!ring.async) continue; // it has been rung meanwhile
      void ring.value.then(() => this.#listen());
      return;
    }
  }

  /** Looks at all that has come. */
  #hear(): void {
    const words = this.#words;
    if (this.#onListen !== undefined && Atomics.load(words, field(this.#net, L.LISTENING)) !== 0) {
      const onListen = this.#onListen;
      this.#onListen = undefined;
      onListen(this);
    }
    // In this order: a goroutine replies and hangs up then, so who is in `hungup` and had a reply is in `replied`, or has
    // been there before.
    const hungup = Atomics.exchange(words, field(this.#net, L.HUNGUP), 0);
    const replied = Atomics.exchange(words, field(this.#net, L.REPLIED), 0);
    for (const conn of this.#stack(replied, C.NEXTREPLIED)) this.#replied(this.#calls.get(conn)!);
    for (const conn of this.#stack(hungup, C.NEXTHUNGUP)) this.#hungup(this.#calls.get(conn)!);
  }

  /** The conns of a stack, in the order in which they were pushed. */
  #stack(top: ConnAddr | 0, link: Offset<'conn', 'conn'>): ConnAddr[] {
    const conns: ConnAddr[] = [];
    for (let conn = top; conn !== 0; conn = this.#words[field(conn, link)]!) conns.push(conn);
    return conns.reverse();
  }

  #replied(call: Call): void {
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

  #hungup(call: Call): void {
    const { conn } = call;
    call.forget();
    if (!call.replied) call.reject(new Error('call: expected a reply, got none: the goroutine has hung up'));
    this.#calls.delete(conn);
    this.#free.push(conn);
  }

  /** The client has gone away. */
  #abort(conn: ConnAddr): void {
    const call = this.#calls.get(conn)!;
    call.forget();
    call.gone = true;
    call.reject(clientGone());
    this.#settle(conn, C.GONE);
  }

  /** Says that nobody wants anything of the conn any more, and why. */
  #settle(conn: ConnAddr, why: typeof C.TAKEN | typeof C.GONE): void {
    if (this.#ended) return;
    Atomics.store(this.#words, field(conn, why), 1); // pairs with the loads in nettaken
    this.#ready(field(conn, C.POLL));
  }

  /** Makes the poll word ready, or the goroutine that waits there. Pairs with those in netpollblock. */
  #ready(word: Word<'G'>): void {
    const words = this.#words;
    for (;;) {
      const before = Atomics.load(words, word);
      if (before === poll.ready) return;
      const parked = before !== poll.nil && before !== poll.wait;
      if (Atomics.compareExchange(words, word, before, parked ? poll.nil : poll.ready) !== before) continue;
      if (parked) this.#hand(before);
      return;
    }
  }

  /** Hands a G to its home P, and wakes that: the push comes first, as park.ts asks for. */
  #hand(gp: GAddr): void {
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
