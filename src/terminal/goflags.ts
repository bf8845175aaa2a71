// Go's syntax of flags, after parseOne in Go's flag/flag.go: one dash or two, `-flag value` or `-flag=value`. A value may begin
// with a dash, and the first word that is no flag ends the flags, as does `--`.
//
// The warm-up of threads reads with it before commander is loaded, so it imports nothing.

/** A flag as it was written. */
export interface Flag {
  readonly name: string;
  /** Undefined if there is none. */
  readonly value: string | undefined;
}

/**
 * Reads the flags that `argv` begins with.
 * @param takesValue whether the next word is the value of the flag of this name, where it has no `=`
 * @returns the flags in their order, and the words after them
 */
export function readFlags(
  argv: readonly string[],
  takesValue: (name: string) => boolean,
): { readonly flags: readonly Flag[]; readonly words: readonly string[] } {
  const flags: Flag[] = [];
  for (let k = 0; k < argv.length; k++) {
    const match = /^--?([A-Za-z][^=]*)(?:=(.*))?$/s.exec(argv[k]!);
    if (!match) return { flags, words: argv.slice(argv[k] === '--' ? k + 1 : k) };
    const [, name = '', written] = match;
    const value = written ?? (takesValue(name) ? argv[++k] : undefined);
    flags.push({ name, value });
  }
  return { flags, words: [] };
}
