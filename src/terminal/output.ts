// Output files. A regular file is written under a temporary name in the same folder and renamed when it is complete, so that
// no reader ever sees half a picture; a device or a pipe is written directly.

import {
  closeSync,
  constants,
  createWriteStream,
  mkdtempSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { reason } from '../lib/systemerror.js';
import { INTERRUPTED, interruptible } from './interrupt.js';
import { BadUsage } from './usage.js';

export interface Output {
  /** What to open for writing: a path, or `-` for standard output. */
  readonly path: string;
  /** How to open it. A stream opens its file later, and must not create again what has been discarded by then. */
  readonly flags: 'w' | 'r+';
  /** Writes the whole content, and commits it. @throws Error in one line */
  write(content: string | Uint8Array): void;
  /** Gives the file its own name: what was written to `path` is complete. @throws Error in one line */
  commit(): void;
  /** Removes what has not been committed. */
  discard(): void;
}

/**
 * Refuses to write bytes to a terminal, which would take some of them for commands.
 * @param source the flag that asks for them on standard output, as it was written
 * @param what what the bytes are
 * @throws BadUsage if standard output is a terminal
 */
export function refuseTerminal(source: string, what: string): void {
  if (!process.stdout.isTTY) return;
  throw new BadUsage(
    `${source}: expected a file or a pipe for ${what}, got a terminal; redirect standard output or name a file`,
  );
}

/** Checks that at most one of these flags is for standard output. @throws BadUsage if two of them have the value `-` */
export function oneOnStandardOutput(flags: object, names: readonly string[]): void {
  const values = new Map(Object.entries(flags));
  const [first, second] = names.filter((name) => values.get(name) === '-');
  if (second === undefined) return;
  throw new BadUsage(`-${second}: expected a file while standard output is for -${first}, got "-"`);
}

/**
 * Opens the `file` of this flag: an error is to be known before anything is computed.
 * @throws Error in one line
 */
export function openOutput(file: string, flag = 'o'): Output {
  if (file === '-') {
    const write = (content: string | Uint8Array) => void process.stdout.write(content);
    return { path: '-', flags: 'w', write, commit() {}, discard() {} };
  }
  if (file === '') throw new BadUsage(`-${flag}: expected a file name, got nothing`);
  const target = followLinks(file);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  const namingFlag = (act: () => void) => {
    try {
      act();
    } catch (error) {
      throw new Error(`-${flag} ${file}: ${reason(error)}`);
    }
  };
  let path = temporary;
  namingFlag(() => {
    const stat = statSync(target, { throwIfNoEntry: false });
    if (stat?.isDirectory()) throw new Error('expected a file, got a directory');
    if (stat && !stat.isFile()) {
      path = target;
      return;
    }
    if (stat) closeSync(openSync(target, constants.O_WRONLY)); // renaming would get past a file that is read-only
    closeSync(openSync(temporary, 'wx'));
  });
  const commit = () => {
    if (path === temporary) namingFlag(() => renameSync(temporary, target));
  };
  return {
    path,
    flags: path === temporary ? 'r+' : 'w',
    write(content) {
      namingFlag(() => writeFileSync(path, content));
      commit();
    },
    commit,
    discard() {
      if (path === temporary) rmSync(temporary, { force: true });
    },
  };
}

/** Most links that are followed: as many as Linux follows. */
const MAX_LINKS = 40;

/** The path that links lead to, whether there is a file or not: renaming must replace that file, and not the link. */
function followLinks(file: string): string {
  let target = file;
  for (let k = 0; k < MAX_LINKS; k++) {
    let link: string;
    try {
      link = readlinkSync(target);
    } catch {
      break; // no link, or no file: opening it will say what is wrong
    }
    target = resolve(dirname(target), link);
  }
  return target;
}

/** Makes a folder for a file that is written to standard output when it is complete. @throws Error in one line with the flag */
export function temporaryFolder(flag: string, prefix: string): string {
  try {
    return mkdtempSync(join(tmpdir(), prefix));
  } catch (error) {
    throw new Error(`${flag}: ${reason(error)}`);
  }
}

/**
 * Writes all pieces to `file`, or to standard output if that is `-`. That a reader closes standard output early is no error.
 * @returns the exit status @throws Error in one line
 */
export async function writeAll(file: string, pieces: Iterable<string | Uint8Array>): Promise<number> {
  const output = openOutput(file);
  const interrupt = interruptible(() => output.discard());
  const standard = output.path === '-';
  try {
    const [{ Readable }, { pipeline }] = await Promise.all([import('node:stream'), import('node:stream/promises')]);
    const sink = standard ? process.stdout : createWriteStream(output.path, { flags: output.flags });
    await pipeline(Readable.from(pieces), sink, { signal: interrupt.signal, end: !standard });
    output.commit();
    return 0;
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    if (name === 'AbortError') return INTERRUPTED;
    if (standard && code === 'EPIPE') return 0;
    if (code === undefined) throw error;
    throw new Error(`${standard ? 'standard output' : `-o ${file}`}: ${reason(error)}`);
  } finally {
    output.discard();
    interrupt.done();
  }
}
