// A trace as mode px makes it: main starts a goroutine for each of 1024 x 1024 pixels, and they run on all Ps.

import { ev } from 'mandel/trace';
import { TraceFile } from './tracefile.js';

const BATCH = 64 * 1024; // bytes, as in Go
const GROUP = 256; // goroutines that wait at a time: the size of a P's run queue

/** The file, with `pixels` goroutines on `procs` Ps besides main; 19 MB for 1,048,576 of them. */
export function pxTrace(pixels: number, procs: number): Uint8Array {
  const files = Array.from({ length: procs }, () => new TraceFile());
  const first = files[0]!;
  const last = new Array<number>(procs).fill(0); // time of the last record of each P
  const began = new Array<number>(procs).fill(0); // where the last batch of each P begins
  const add = (p: number, at: number, type: number, ...args: number[]) => {
    const file = files[p]!;
    if (last[p] === 0 || file.length - began[p]! > BATCH) {
      began[p] = file.length;
      file.batch(p, at - 1);
      last[p] = at - 1;
    }
    file.record(type, at - last[p]!, ...args);
    last[p] = at;
  };

  first.batch(0, 100).frequency(1e9);
  ['runtime.main', 'main.go', 'main.main', 'main.fillPixel', 'main.fillImg'].forEach((text, i) => {
    first.string(i + 1, text);
  });
  first.stack(1, [0x400001, 1, 2, 10]).stack(2, [0x400011, 5, 2, 20], [0x400021, 3, 2, 30]);
  first.stack(3, [0x400031, 4, 2, 40]);
  last[0] = 100;
  add(0, 200, ev.GoCreate, 1, 1, 0);
  for (let p = 0; p < procs; p++) add(p, 300 + p, ev.ProcStart, p);
  add(0, 400, ev.GoStart, 1, 1);
  add(0, 410, ev.Gomaxprocs, procs, 0);
  // Main makes them in groups that are run by all Ps in turn.
  let at = 1000;
  let seq = 2;
  for (let pixel = 0; pixel < pixels; pixel += GROUP) {
    const n = Math.min(GROUP, pixels - pixel);
    for (let k = 0; k < n; k++) add(0, at + 150 * k, ev.GoCreate, pixel + k + 2, 3, 2);
    at += 150 * n;
    add(0, at, ev.GoSched, 2);
    for (let k = 0; k < n; k++) {
      at += 400;
      add(k % procs, at + 1, ev.GoStart, pixel + k + 2, 1);
      add(k % procs, at + 390, ev.GoEnd);
    }
    at += 1000;
    add(0, at, ev.GoStart, 1, seq);
    at += 150;
    seq++;
  }
  add(0, at + 100, ev.GoEnd);
  for (let p = 0; p < procs; p++) add(p, at + 200 + p, ev.ProcStop);
  return Buffer.concat(files.map((file, p) => (p === 0 ? file.bytes : file.bytes.subarray(16))));
}
