// What is wrong with a trace file, and where.

/** A file that cannot be read as a trace. The message is one line, and its offset is in it where there is one. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  /** Byte offset in the file, -1 if the fault is nowhere in particular. */
  readonly offset: number;

  constructor(message: string, offset = -1, options?: ErrorOptions) {
    super(message, options);
    this.offset = offset;
  }
}

/** A fault in the bytes at `offset`. */
export function badBytes(offset: number, what: string): TraceError {
  return new TraceError(`trace: offset ${hex(offset)}: ${what}`, offset);
}

/** A fault of what the event number `event` says, whose record is at `offset`. */
export function badEvent(event: number, offset: number, what: string): TraceError {
  return new TraceError(`trace: event ${event} at offset ${hex(offset)}: ${what}`, offset);
}

/** An offset as Go's tools write it. */
export function hex(offset: number): string {
  return `0x${offset.toString(16)}`;
}
