// A connection to the server: carries one request at a time, and takes the time of its parts.

import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { AnswerReader } from './answer.js';
import type { Phases } from './exchange.js';

/** A whole answer. */
export interface Answered {
  readonly status: number;
  /** Of its body. */
  readonly bytes: number;
  readonly location: string | undefined;
}

/** No answer, or not a whole one. */
export interface Failed {
  readonly error: Error;
  /** The connection had been used before, and failed before a byte of this answer: the server may have closed it earlier. */
  readonly stale: boolean;
}

/** Sums of nanoseconds, for a request to add to. */
export type Sums = { -readonly [K in keyof Phases]: number };

/** The request that is under way. */
interface Asked {
  readonly sums: Sums;
  readonly resolve: (end: Answered | Failed) => void;
}

/** A connection, from its opening on. */
export class Connection {
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  readonly #openedAt = performance.now();
  /** When the connection could be written to, in nanoseconds from its opening; undefined until then. */
  #dial: number | undefined;
  #lookup = 0;
  #asked: Asked | undefined;
  #used = false;
  #open = true;
  /** When the part of the request began that is being timed. */
  #mark = 0;

  /** Begins to connect to the server of `url`. */
  constructor(url: URL) {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const secure = url.protocol === 'https:';
    const port = Number(url.port === '' ? (secure ? 443 : 80) : url.port);
    const name = isIP(host) === 0 ? { servername: host } : {}; // an address is no name to ask a certificate for
    this.#socket = secure
      ? connectSecurely({ host, port, ...name, ALPNProtocols: ['http/1.1'] })
      : connect({ host, port });
    this.#socket
      .setNoDelay(true)
      .once('lookup', () => {
        this.#lookup = nsSince(this.#openedAt);
      })
      .once(secure ? 'secureConnect' : 'connect', () => {
        this.#dial = nsSince(this.#openedAt);
        this.#mark = performance.now();
      })
      .on('data', (data) => this.#read(data))
      .on('end', () => this.#ended())
      .on('error', (error) => this.#fail(error))
      .on('close', () => this.#ended());
  }

  /** Whether another request may be sent on it. */
  get open(): boolean {
    return this.#open && this.#socket.writable;
  }

  /**
   * Sends a request, and waits for the end of its answer; the one before must be over. Never rejects.
   * @param message all of its bytes
   * @param sums what the time of its parts is added to
   */
  ask(method: string, message: Uint8Array, sums: Sums): Promise<Answered | Failed> {
    return new Promise((resolve) => {
      this.#asked = { sums, resolve };
      this.#reader.begin(method);
      this.#mark = performance.now();
      if (this.#used) this.#dial = 0;
      this.#socket.write(message, () => this.#end('write'));
    });
  }

  /** Breaks off what is under way. */
  destroy(): void {
    this.#open = false;
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    const asked = this.#asked;
    if (asked === undefined) {
      this.destroy(); // nobody has asked
      return;
    }
    if (!this.#reader.begun) this.#end('wait');
    try {
      if (this.#reader.feed(data)) this.#whole(asked);
    } catch (error) {
      this.#fail(new Error(`the answer is no HTTP: ${(error as Error).message}`));
    }
  }

  #whole({ sums, resolve }: Asked): void {
    this.#end('read');
    sums.dial += this.#dial ?? 0;
    sums.lookup += this.#used ? 0 : this.#lookup;
    this.#used = true;
    this.#asked = undefined;
    const { status, bytes, location, keeps } = this.#reader;
    // A server may answer before it has read all: what is still to be written would be in the way of the next request.
    if (!keeps || this.#socket.writableLength > 0) this.destroy();
    resolve({ status, bytes, location });
  }

  #ended(): void {
    this.#open = false;
    const asked = this.#asked;
    if (asked === undefined) return;
    if (this.#reader.end()) this.#whole(asked);
    else if (this.#reader.hasHead) this.#fail(new Error('the answer ended before it was whole'));
    else this.#fail(new Error('connection closed before there was an answer'));
  }

  #fail(error: Error): void {
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.resolve({ error, stale: this.#used && !this.#reader.begun });
    this.destroy();
  }

  #end(phase: 'write' | 'wait' | 'read'): void {
    if (this.#asked === undefined) return;
    this.#asked.sums[phase] += nsSince(this.#mark);
    this.#mark = performance.now();
  }
}

function nsSince(mark: number): number {
  return Math.round((performance.now() - mark) * 1e6);
}
