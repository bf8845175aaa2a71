// What is wrong with a profile, and where.

/** Characters of a message; what a file says of itself can be longer. */
const MAX_MESSAGE = 500;

/** A file that cannot be read as a profile, or a report that cannot be made of it. The message is one line. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';

  /** What is in `message` may come from a file: no character of it begins a line, or a command to the terminal. */
  constructor(message: string) {
    const line = message.replaceAll(
      /\p{Cc}|\p{Zl}|\p{Zp}/gu,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    super(line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)}…` : line);
  }
}

/** A fault in the bytes at `offset` of the unpacked file. */
export function badProfile(offset: number, what: string): ProfileError {
  return new ProfileError(`offset 0x${offset.toString(16)} of the unpacked profile: ${what}`);
}
