// The process of multithreading.ts: OP N MORE on the command line, an Outcome on standard output.

import { availableParallelism } from 'node:os';
import type { Outcome } from '../subject.js';

// What the package expects and Node 20 has not.
Object.defineProperty(globalThis, 'navigator', { value: { hardwareConcurrency: availableParallelism() } });
Object.assign(Promise, {
  withResolvers<T>() {
    const made: { promise?: Promise<T>; resolve?: unknown; reject?: unknown } = {};
    made.promise = new Promise<T>((resolve, reject) => Object.assign(made, { resolve, reject }));
    return made;
  },
});
const { channel, initRuntime, move, shutdown, spawn } = await import('multithreading');

/** Sends the values to another thread. The threads are up, and have the function, before the clock runs. */
async function handoff(n: number, room: number): Promise<Outcome> {
  initRuntime({ maxWorkers: 1 });
  await transfer(100, room);
  return transfer(n, room);
}

async function transfer(n: number, room: number): Promise<Outcome> {
  const [tx, rx] = channel<number>(room);
  const receiving = spawn(move(rx), async (rx) => {
    let count = 0;
    let sum = 0;
    for await (const v of rx) {
      count++;
      sum += v;
    }
    return { count, sum };
  });
  const begin = performance.now();
  for (let i = 0; i < n; i++) await tx.send(i);
  tx.close();
  const { count, sum } = unwrap(await receiving.join());
  return { ns: (performance.now() - begin) * 1e6, count, sum };
}

/** Has each value handled by a spawned function, all of them at a time. */
async function spawned(n: number, threads: number): Promise<Outcome> {
  initRuntime({ maxWorkers: threads });
  const all = async (n: number) => {
    const begin = performance.now();
    const handles = Array.from({ length: n }, (_, i) => spawn(move(i), (v) => v));
    const values = await Promise.all(handles.map(async (handle) => unwrap(await handle.join())));
    const ns = (performance.now() - begin) * 1e6;
    return { ns, count: values.length, sum: values.reduce((sum, v) => sum + v, 0) };
  };
  await all(100);
  return all(n);
}

function unwrap<T>(result: { ok: true; value: T } | { ok: false; error: Error }): T {
  if (!result.ok) throw result.error;
  return result.value;
}

const [op, n, more] = process.argv.slice(2);
const outcome = await (op === 'handoff' ? handoff : spawned)(Number(n), Number(more));
shutdown();
console.log(JSON.stringify(outcome));
