// A trace made by hand, record by record.

const HEADER = Buffer.from('go 1.11 trace\0\0\0');

/** A record of the format: its type and its arguments. */
export function record(type: number, ...args: readonly number[]): Buffer {
  const bytes = args.flatMap(uint);
  const first = type | ((Math.min(args.length, 4) - 1) << 6);
  return Buffer.from([first, ...(args.length < 4 ? [] : [bytes.length]), ...bytes]);
}

function uint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uint(value >> 7)];
}

const string = (id: number, text: string) => Buffer.from([37, id, text.length, ...Buffer.from(text)]);

/** The smallest trace with something of everything that the pages show. Most tests break one of its records. */
export const small = {
  batch: record(1, 0, 1000),
  frequency: record(2, 1_000_000),
  names: Buffer.concat([string(1, 'main.main'), string(2, 'main.go'), string(3, 'task'), string(4, 'region')]),
  stack: record(3, 1, 1, 0x401, 1, 2, 3),
  create: record(13, 1, 1, 1, 1),
  procStart: record(5, 1, 0),
  start: record(14, 1, 1, 1),
  procs: Buffer.concat([record(4, 1, 1, 1), record(4, 1, 1, 1)]),
  taskCreate: record(45, 1, 1, 0, 3, 1),
  regionStart: record(47, 5, 1, 0, 4, 1),
  regionEnd: record(47, 5, 1, 1, 4, 1),
  taskEnd: record(46, 5, 1, 1),
  block: record(24, 5, 1),
  unblock: record(21, 9, 1, 2, 0),
  again: record(14, 1, 1, 3),
  end: record(15, 7),
  procStop: record(6, 1),
} as const;

/** The bytes of the small trace with these of its records changed. */
export function smallTrace(changed: Partial<Record<keyof typeof small, Buffer>> = {}): Buffer {
  return Buffer.concat([HEADER, ...Object.values({ ...small, ...changed })]);
}
