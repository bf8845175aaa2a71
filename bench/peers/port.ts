// Values over MessagePorts, within one thread or to a worker thread and back. A port has no bound on what is under way:
// where the sender is to wait until a value is taken, the receiver acknowledges it.

import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Outcome, Subject } from '../subject.js';

/** What one side does with the values 0 to n-1: send all, receive all, or alternate with the other side. */
export interface Job {
  readonly role: 'send' | 'receive' | 'ping' | 'pong';
  readonly n: number;
  readonly ports: readonly MessagePort[];
  /** Whether there is one value at a time under way on each port, or any number. */
  readonly acknowledged: boolean;
}

type Tally = Omit<Outcome, 'ns'>;

const nothing: Tally = { count: 0, sum: 0 };

const roles: Record<Job['role'], (job: Job) => Promise<Tally>> = { send, receive, ping, pong };

export function perform(job: Job): Promise<Tally> {
  return roles[job.role](job);
}

/** Resolves when all values are sent, and if they are acknowledged, taken. */
function send({ n, ports, acknowledged }: Job): Promise<Tally> {
  if (!acknowledged) {
    for (let i = 0; i < n; i++) {
      ports[i % ports.length]?.postMessage(i);
    }
    return Promise.resolve(nothing);
  }
  return new Promise((resolve) => {
    let left = n;
    for (const [k, port] of ports.entries()) {
      let i = k;
      const next = () => {
        if (i < n) {
          port.postMessage(i);
          i += ports.length;
        }
      };
      port.on('message', () => {
        if (--left === 0) {
          resolve(nothing);
        }
        next();
      });
      next();
    }
  });
}

/** Resolves when all values are there. */
function receive({ n, ports, acknowledged }: Job): Promise<Tally> {
  return new Promise((resolve) => {
    let count = 0;
    let sum = 0;
    for (const port of ports) {
      port.on('message', (v: number) => {
        count++;
        sum += v;
        if (acknowledged) {
          port.postMessage(null);
        }
        if (count === n) {
          resolve({ count, sum });
        }
      });
    }
  });
}

/** Sends a value and waits for the next to come back. Resolves when all are there. */
function ping({ n, ports }: Job): Promise<Tally> {
  return new Promise((resolve) => {
    let count = 0;
    let sum = 0;
    const [port] = ports;
    port?.on('message', (v: number) => {
      sum += count + v;
      count += 2;
      if (count === n) {
        resolve({ count, sum });
      } else {
        port.postMessage(count);
      }
    });
    port?.postMessage(count);
  });
}

/** Answers each value with the next. Resolves when all are answered. */
function pong({ n, ports }: Job): Promise<Tally> {
  return new Promise((resolve) => {
    const [port] = ports;
    port?.on('message', (v: number) => {
      port.postMessage(v + 1);
      if (v + 2 === n) {
        resolve(nothing);
      }
    });
  });
}

const sides = { out: ['send', 'receive'], in: ['receive', 'send'], back: ['ping', 'pong'] } as const;

/**
 * A subject of one sender and `many` receivers (out) or `many` senders and one receiver (in), with a port for each;
 * or of two that send alternately (back). The many are on this thread, or on another, all of them: as our goroutines on another P.
 */
export function messagePorts(
  n: number,
  way: keyof typeof sides,
  many: number,
  acknowledged: boolean,
  apart: boolean,
): Subject {
  const [here, there] = sides[way];
  const worker = apart ? new Worker(new URL('./portworker.js', import.meta.url)) : undefined;
  const elsewhere = (job: Job): Promise<Tally> => {
    if (!worker) {
      return perform(job);
    }
    worker.postMessage(job, [...job.ports]);
    return new Promise((resolve, reject) => {
      worker.once('message', (tally: Tally) => {
        worker.off('error', reject);
        resolve(tally);
      });
      worker.once('error', reject);
    });
  };
  const batch = async (n: number) => {
    const channels = Array.from({ length: many }, () => new MessageChannel());
    const near = channels.map((channel) => channel.port1);
    const far = channels.map((channel) => channel.port2);
    const begin = performance.now();
    const other = elsewhere({ role: there, n, ports: far, acknowledged });
    const own = perform({ role: here, n, ports: near, acknowledged });
    const [a, b] = await Promise.all([own, other]);
    const ns = (performance.now() - begin) * 1e6;
    for (const port of near) {
      port.close();
    }
    return { ns, count: a.count + b.count, sum: a.sum + b.sum };
  };
  const close = async () => {
    await worker?.terminate();
  };
  const name = `MessagePort${acknowledged && way !== 'back' ? ', acknowledged' : ''}`;
  return { name, n, batch, close };
}
