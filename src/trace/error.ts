// Errors of traces: the message, and the byte offset of the fault.

/** A file that cannot be read as a trace. The message is one line, and contains the offset where there is one. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  /** Byte offset in the file, -1 if the fault has no single place. */
  readonly offset: number;

  constructor(message: string, offset = -1, options?: ErrorOptions) {
    super(message, options);
    this.offset = offset;
  }
}

/** The error for a fault in the bytes at `offset`. */
export function badBytes(offset: number, what: string): TraceError {
  return new TraceError(`trace: offset ${hex(offset)}: ${what}`, offset);
}

/** The error for a fault in the meaning of event number `event`, whose record is at `offset`, -1 if it has none. */
export function badEvent(event: number, offset: number, what: string): TraceError {
  return new TraceError(`trace: event ${event}${offset < 0 ? '' : ` at offset ${hex(offset)}`}: ${what}`, offset);
}

/** Formats an offset as Go's tools do. */
function hex(offset: number): string {
  return `0x${offset.toString(16)}`;
}
