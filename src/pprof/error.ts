// What is wrong with a profile, and where.

/** A file that cannot be read as a profile, or a report that cannot be made of it. The message is one line. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
}

/** A fault in the bytes at `offset` of the unpacked file. */
export function badProfile(offset: number, what: string): ProfileError {
  return new ProfileError(`offset 0x${offset.toString(16)} of the unpacked profile: ${what}`);
}
