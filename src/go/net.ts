// A listener and its connections, for programs that serve. After net and internal/poll (fd_unix.go, Accept and Write).
//
// Unlike Go, the sockets are Node's: it speaks to the clients, on its own thread, and hands a program each request as one
// string, which gets one reply (RunOptions.onListen in start.ts).

import { type BlockAddr, type ConnAddr, field, type ListenerAddr, type Word } from '../runtime/memory/address.js';
import { UsageError } from '../runtime/memory/errors.js';
import { H } from '../runtime/memory/layout.js';
import { mfree } from '../runtime/memory/malloc.js';
import { bytesAt, i32 } from '../runtime/memory/memory.js';
import { m } from '../runtime/sched/g.js';
import { addressFor, adopt, adoptGeneration, Handle, handleType } from '../runtime/sched/handle.js';
import {
  C,
  connState,
  L,
  netaccept,
  netclosed,
  nethangup,
  netlisten,
  netpollblock,
  netreply,
  nettaken,
} from '../runtime/sched/netpoll.js';
import { done, finish, leave, type Op, Operation, started } from '../runtime/sched/op.js';
import { describe, type Type } from '../runtime/value/type.js';

/**
 * A net.Listener. A handle.
 * @example
 * const l: Listener = listen();
 * const first = yield* l.accept();
 * println(first === null ? 'no calls' : first.request);
 */
export class Listener extends Handle {
  declare addr: ListenerAddr;
  static readonly type: Type<Listener> = handleType('net.Listener', (addr) => new Listener(addr));

  /** @internal Use listen. */
  constructor(addr: ListenerAddr) {
    super(addr, Listener.type);
  }

  /**
   * The next call: Go's `l.Accept()`. Parks until there is one; null once the listener is closed and no more will come.
   * @throws UsageError if another goroutine waits in accept
   */
  accept(): Op<Conn | null> {
    return new AcceptOp(this.addr).make();
  }
}

/**
 * A call: a request, and a reply to it. A handle, until it is closed.
 * @example
 * export function* reply(c: Conn): Go {
 *   if (!c.gone) yield* c.write('{"status":200}', new TextEncoder().encode('hello'));
 *   c.close();
 * }
 */
export class Conn extends Handle {
  declare addr: ConnAddr;
  static readonly type: Type<Conn> = handleType('net.Conn', (addr) => new Conn(addr));
  /** Which of the calls that have had this memory. */
  readonly #generation: number;

  /** @internal */
  constructor(addr: ConnAddr) {
    super(addr, Conn.type);
    this.#generation = i32[field(addr, C.GENERATION)]!;
  }

  /** What the client asks. */
  get request(): string {
    const bytes = bytesAt(this.addr, i32[field(this.addr, C.LENGTH)]!, C.REQUEST);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  }

  /** True once the client has gone away: the reply has no reader. Never parks, and is one plain read. */
  get gone(): boolean {
    return i32[this.goneAt] !== 0;
  }

  /** Address of the shared word that is not 0 once the client has gone away. */
  get goneAt(): Word {
    return field(this.addr, C.GONE);
  }

  /**
   * Replies. Parks until the client has all of it, or has gone away.
   * @param head what goes before the body, in terms of the caller (Dialer.call)
   * @throws UsageError if there is a reply already, or the call is closed
   */
  write(head: string, body: Uint8Array): Op<void> {
    return new WriteOp(this, head, body).make();
  }

  /** Ends the call, which fails for the client unless there is a reply. Never parks. Does nothing if it is closed. */
  close(): void {
    if (this.closed) return;
    i32[field(this.addr, C.STATE)] = connState.closed;
    nethangup(i32[H.NET] as ListenerAddr, this.addr);
  }

  /** True if the call is over, and its memory perhaps another's. */
  get closed(): boolean {
    return (
      i32[field(this.addr, C.GENERATION)] !== this.#generation || i32[field(this.addr, C.STATE)] === connState.closed
    );
  }
}

/**
 * Begins to accept calls: Go's `net.Listen`. Never parks.
 * @throws UsageError if no client can call, or the program listens already
 * @example
 * export function* serve(c: Conn): Go {
 *   yield* c.write('', new TextEncoder().encode(c.request.toUpperCase()));
 *   c.close();
 * }
 * const l: Listener = listen(); // Runtime.run's onListen gets a Dialer, which calls
 * for (let c = yield* l.accept(); c !== null; c = yield* l.accept()) go(serve, c);
 */
export function listen(): Listener {
  return adopt(new Listener(addressFor(netlisten)), 'listen()', netlisten);
}

/** An operation that parks until Node's main thread has done something, and then checks again whether it is done. */
abstract class PollOp<T> extends Operation<T> {
  readonly on = 0;

  // Not in virtual time: a program that listens runs on threads.
  override [Symbol.iterator](): Iterator<void, T, void> {
    started();
    return this.begin();
  }

  protected begin(): Iterator<void, T, void> {
    return this.isOver() ? done(this.resume()) : this;
  }

  override next(): IteratorResult<void, T> {
    if (!m.resuming) return leave();
    m.resuming = false;
    return this.isOver() ? finish(this.resume()) : leave();
  }

  /** True if the operation is over; false if the goroutine has parked. */
  protected abstract isOver(): boolean;
}

class AcceptOp extends PollOp<Conn | null> {
  readonly name = 'accept';
  readonly #net: ListenerAddr;
  #conn: Conn | null = null;

  constructor(net: ListenerAddr) {
    super();
    this.#net = net;
  }

  protected resume(): Conn | null {
    return this.#conn;
  }

  protected isOver(): boolean {
    do {
      const closed = netclosed(this.#net);
      const conn = netaccept(this.#net);
      if (conn !== 0) this.#conn = adoptGeneration(new Conn(conn), i32[field(conn, C.GENERATION)]!);
      if (conn !== 0 || closed) return true;
    } while (!netpollblock(field(this.#net, L.POLL), 'accept', this.#net));
    return false;
  }
}

class WriteOp extends PollOp<void> {
  readonly name = 'write';
  readonly #conn: Conn;
  readonly #head: string;
  readonly #body: Uint8Array;
  /** Words of the reply in shared memory. */
  #words = 0;

  constructor(conn: Conn, head: string, body: Uint8Array) {
    super();
    if (typeof head !== 'string') throw new UsageError(`write: expected a string as head, got ${describe(head)}`);
    if (!(body instanceof Uint8Array)) throw new UsageError(`write: expected bytes as body, got ${describe(body)}`);
    this.#conn = conn;
    this.#head = head;
    this.#body = body;
  }

  protected override begin(): Iterator<void, void, void> {
    const { addr, closed, gone } = this.#conn;
    if (closed || i32[field(addr, C.STATE)] !== connState.open) {
      throw new UsageError(`write: expected a call without a reply, got one that ${closed ? 'is closed' : 'has one'}`);
    }
    i32[field(addr, C.STATE)] = connState.replied;
    if (gone) return done(undefined);
    this.#words = netreply(i32[H.NET] as ListenerAddr, addr, this.#head, this.#body);
    return super.begin();
  }

  protected resume(): void {}

  protected isOver(): boolean {
    const { addr } = this.#conn;
    do {
      if (nettaken(addr)) {
        mfree(i32[field(addr, C.REPLY)] as BlockAddr, this.#words);
        return true;
      }
    } while (!netpollblock(field(addr, C.POLL), 'write', addr));
    return false;
  }
}
