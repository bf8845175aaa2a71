// Network polling, on the goroutines' side. After runtime/netpoll.go. The other side is Node's main thread, which
// has the sockets (threads/dialer.ts): our threads cannot call it, as they never return to their event loops, so
// all that passes between the two is in shared memory:
//
//   a call      Node fills a conn and puts it into the listener's ring   -> accept takes it
//   a reply     the goroutine pushes the conn on REPLIED, rings the bell -> Node copies the reply, and says TAKEN later
//   the end     the goroutine pushes the conn on HUNGUP, rings the bell  -> Node may use the conn for another call
//   the client is gone: Node sets GONE                                   -> the goroutine that works for it reads it
//
// What a goroutine waits for has a poll word (Go's pollDesc.rg and wg): nil, or ready (something has happened, and no goroutine
// waited), or wait (a goroutine is about to park), or the G that is parked. Invariants:
//   Node changes nil and wait to ready, and a G to nil; then it owns the G, and pushes it on its home's NETPOLL.
//   The goroutine changes ready to nil, nil to wait, and wait to itself. Only one goroutine waits on a word.
//   Node writes what has happened first, and makes the word ready then. The goroutine looks at what has happened first, and
//   brings the word from nil to wait then; if it finds it ready, it makes it nil and looks again. So either it sees what has
//   happened, or it finds the word ready, or Node finds it at wait or finds the G: no wake-up is lost. All
//   compare-and-exchanges of the word pair with the one in Netpoller.#ready.
//   A goroutine that waits counts in NTIMERS from before its G is in the word until its P has taken it from NETPOLL.

import {
  type ConnAddr,
  field,
  type GAddr,
  type ListenerAddr,
  nth,
  type ObjectAddr,
  type Offset,
  offsets,
  type PAddr,
  type Word,
} from '../memory/address.js';
import { UsageError } from '../memory/errors.js';
import { CACHE_LINE, G, gStatus, H, P } from '../memory/layout.js';
import { malloc } from '../memory/malloc.js';
import { bytesAt, i32 } from '../memory/memory.js';
import { by, gopark, goready, wait } from './engine.js';
import { getg } from './g.js';
import { tracer } from './hooks.js';
import { inOrder, localput } from './runq.js';

/** Calls that may be under way at once. */
export const CONNS = 1024;
/** Bytes of UTF-8 that a request may have. */
export const MAX_REQUEST = 4096;

/** Words of the listener. */
export const L = offsets<'listener', { POLL: 'G'; REPLIED: 'conn'; HUNGUP: 'conn'; RING: 'conn' }>()({
  TYPE: 0,
  /** 1 once the program listens. */
  LISTENING: 1,
  /** 1 once no more calls will come. */
  CLOSED: 2,
  /** The poll word of accept. */
  POLL: 1 * CACHE_LINE,
  /** The ring of calls that have come: goroutines take at HEAD (compare-and-exchange), Node puts at TAIL. */
  HEAD: 2 * CACHE_LINE,
  TAIL: 3 * CACHE_LINE,
  /** Node sleeps on it. Grows whenever there is something to hear. */
  BELL: 4 * CACHE_LINE,
  /** Conns with a reply, and conns that are closed: stacks; goroutines push, Node takes each whole. */
  REPLIED: 4 * CACHE_LINE + 1,
  HUNGUP: 4 * CACHE_LINE + 2,
  RING: 5 * CACHE_LINE,
  CONNS: 5 * CACHE_LINE + CONNS,
});

/** Words of a conn: one call. */
export const C = offsets<'conn', { POLL: 'G'; REPLY: 'block'; NEXTREPLIED: 'conn'; NEXTHUNGUP: 'conn' }>()({
  TYPE: 0,
  /** Grows with each call that the conn serves. */
  GENERATION: 1,
  /** 1 once the client has gone away. */
  GONE: 2,
  /** 1 once the client has the reply. */
  TAKEN: 3,
  /** The poll word of write. */
  POLL: 4,
  /** 1 once it has a reply; 2 once the goroutine has closed it. */
  STATE: 5,
  /** The reply: a block with the head, in UTF-8, and the body; bytes of each. */
  REPLY: 6,
  HEAD: 7,
  BODY: 8,
  /** The next in REPLIED and in HUNGUP. */
  NEXTREPLIED: 9,
  NEXTHUNGUP: 10,
  /** Bytes of the request, which is UTF-8. */
  LENGTH: 11,
  REQUEST: 16,
});
const CONN_WORDS = C.REQUEST + MAX_REQUEST / 4;

/** C.STATE. */
export const connState = { open: 0, replied: 1, closed: 2 } as const;

/** Values of a poll word; others are Gs. */
export const poll = { nil: 0, ready: 1 as GAddr, wait: 2 as GAddr } as const;

/** Words that a run with a listener needs for it. */
export const NET_WORDS = L.CONNS + CONNS * CONN_WORDS;

/** Address of conn number `k` of the listener at `net`. */
export function connAddress(net: ListenerAddr, k: number): ConnAddr {
  return (net + L.CONNS + k * CONN_WORDS) as ConnAddr;
}

/** Begins to listen. @returns address of the listener @throws UsageError if the run has none, or the program listens already */
export function netlisten(): ListenerAddr {
  const net = i32[H.NET]!;
  if (net === 0) {
    throw new UsageError(
      'net.listen: expected a run on threads whose options have onListen, got one without: no client could call',
    );
  }
  if (Atomics.exchange(i32, field(net, L.LISTENING), 1) !== 0) {
    throw new UsageError('net.listen: expected to be called once, got a second call: a run has one listener');
  }
  ring(net);
  return net;
}

/** The next call of the listener at `net`: address of a conn, or 0. */
export function netaccept(net: ListenerAddr): ConnAddr | 0 {
  for (;;) {
    const head = Atomics.load(i32, field(net, L.HEAD));
    if (head === Atomics.load(i32, field(net, L.TAIL))) return 0; // pairs with the store in Netpoller.call
    const conn = i32[nth(field(net, L.RING), head & (CONNS - 1))]!;
    if (Atomics.compareExchange(i32, field(net, L.HEAD), head, (head + 1) | 0) === head) return conn;
  }
}

/** True if no more calls will come. To be asked before a last netaccept: Node closes after it has put the last one. */
export function netclosed(net: ListenerAddr): boolean {
  return Atomics.load(i32, field(net, L.CLOSED)) !== 0;
}

/**
 * Parks the running G until the poll word is made ready: answer the generator with an unfinished iterator then.
 * @param what for messages
 * @param on address of what it waits on
 * @returns false, and does not park, if something has happened since the last look: look again
 * @throws UsageError if another goroutine waits there
 */
export function netpollblock(word: Word<'G'>, what: string, on: ObjectAddr): boolean {
  const before = Atomics.compareExchange(i32, word, poll.nil, poll.wait);
  if (before === poll.ready) {
    Atomics.store(i32, word, poll.nil);
    return false;
  }
  if (before !== poll.nil) {
    throw new UsageError(`${what}: expected one goroutine at a time, got another while one waits`);
  }
  const gp = getg();
  Atomics.add(i32, H.NTIMERS, 1);
  gopark(wait.ioWait, on);
  if (Atomics.compareExchange(i32, word, poll.wait, gp) === poll.wait) return true;
  // It is ready, as of this moment, and the goroutine has parked as far as the trace is concerned: so it is woken.
  Atomics.store(i32, word, poll.nil);
  Atomics.sub(i32, H.NTIMERS, 1);
  goready(gp, by.netpoll);
  return true;
}

/** Makes those runnable that Node's thread has pushed for P `pp`, in their order. Owner only, between goroutines. */
export function netpoll(pp: PAddr): void {
  // Pairs with the compare-and-exchange in Netpoller.#handOver.
  let next = inOrder(Atomics.exchange(i32, field(pp, P.NETPOLL), 0));
  while (next !== 0) {
    const gp = next;
    next = i32[field(gp, G.LINK)]!;
    Atomics.sub(i32, H.NTIMERS, 1); // it is about to be queued by us, and we are not idle
    if (tracer !== undefined) tracer.unblock(gp, by.netpoll);
    i32[field(gp, G.STATUS)] = gStatus.runnable;
    localput(pp, gp);
  }
}

/** True if the client has the reply to the call of `conn`, or is gone. */
export function nettaken(conn: ConnAddr): boolean {
  return Atomics.load(i32, field(conn, C.TAKEN)) !== 0 || Atomics.load(i32, field(conn, C.GONE)) !== 0;
}

/** Hands Node a copy of the reply to the call of `conn`. @returns words of it at C.REPLY, to be freed once it is taken */
export function netreply(net: ListenerAddr, conn: ConnAddr, head: string, body: Uint8Array): number {
  const headBytes = Buffer.from(head);
  const words = Math.ceil((headBytes.length + body.length) / 4) + 1;
  const block = malloc(words);
  bytesAt(block, headBytes.length).set(headBytes);
  bytesAt(block, headBytes.length + body.length).set(body, headBytes.length);
  i32[field(conn, C.REPLY)] = block;
  i32[field(conn, C.HEAD)] = headBytes.length;
  i32[field(conn, C.BODY)] = body.length;
  push(field(net, L.REPLIED), conn, C.NEXTREPLIED);
  ring(net);
  return words;
}

/** The goroutine is through with `conn`. */
export function nethangup(net: ListenerAddr, conn: ConnAddr): void {
  push(field(net, L.HUNGUP), conn, C.NEXTHUNGUP);
  ring(net);
}

/** Pushes `conn` on a stack. It is only ever taken whole, so the same head means the same stack: there is no ABA. */
function push(stack: Word<'conn'>, conn: ConnAddr, link: Offset<'conn', 'conn'>): void {
  for (;;) {
    const head = Atomics.load(i32, stack);
    i32[field(conn, link)] = head;
    if (Atomics.compareExchange(i32, stack, head, conn) === head) return; // pairs with the exchange in Netpoller.#check
  }
}

/** Tells Node that there is something to hear. */
function ring(net: ListenerAddr): void {
  Atomics.add(i32, field(net, L.BELL), 1);
  Atomics.notify(i32, field(net, L.BELL));
}
