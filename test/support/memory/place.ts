import { attach, attached } from '#src/runtime/memory/reserve.js';

/** Bytes of the memory: room for 5000 Gs and, with 40 Ps, for five chunks of malloc's. */
const BYTES = 4 * 2 ** 20;

/** Attaches memory to the thread of a test file, once: files that share a module graph share the memory. */
export function attachOnce(procs: number, alone: boolean): void {
  const before = attached();
  if (before === undefined) attach({ shared: new SharedArrayBuffer(BYTES), procs, alone });
  else if (before.procs !== procs || before.alone !== alone) throw new Error('test: other memory is attached already');
}
