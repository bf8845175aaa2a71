// Where what a command makes goes. It is written beside its place and renamed when it is whole, so that nobody ever sees
// half a picture; what is no regular file (a device, a pipe) is written to directly.

import {
  closeSync,
  constants,
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
import { BadUsage } from './usage.js';

export interface Output {
  /** What to open for writing: a path, or `-` for standard output. */
  readonly path: string;
  /** Writes all that there is to write, and puts it into its place. @throws Error in one line */
  write(content: string | Uint8Array): void;
  /** What is beside its place is whole: puts it there. @throws Error in one line */
  commit(): void;
  /** Leaves nothing behind. */
  discard(): void;
}

/**
 * Bytes are not for a terminal, which would take some of them for orders. `source` is what asks for them on standard output, a
 * flag as it was given; `what` is what they are. @throws BadUsage if standard output is a terminal
 */
export function refuseTerminal(source: string, what: string): void {
  if (!process.stdout.isTTY) return;
  throw new BadUsage(
    `${source}: expected a file or a pipe for ${what}, got a terminal; redirect standard output or name a file`,
  );
}

/** Standard output can take what one flag asks for. @throws BadUsage if two of these have the value `-` */
export function oneOnStandardOutput(flags: object, names: readonly string[]): void {
  const values = new Map(Object.entries(flags));
  const [first, second] = names.filter((name) => values.get(name) === '-');
  if (second === undefined) return;
  throw new BadUsage(`-${second}: expected a file while standard output is for -${first}, got "-"`);
}

/** Makes sure, before anything is painted, that the `file` of this flag can be written. @throws Error in one line */
export function openOutput(file: string, flag = 'o'): Output {
  if (file === '-') {
    return { path: '-', write: (content) => void process.stdout.write(content), commit() {}, discard() {} };
  }
  if (file === '') throw new BadUsage(`-${flag}: expected a file name, got nothing`);
  const target = followLinks(file);
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  const spoken = (act: () => void) => {
    try {
      act();
    } catch (error) {
      throw new Error(`-${flag} ${file}: ${reason(error)}`);
    }
  };
  let path = beside;
  spoken(() => {
    const stat = statSync(target, { throwIfNoEntry: false });
    if (stat?.isDirectory()) throw new Error('expected a file, got a directory');
    if (stat && !stat.isFile()) {
      path = target;
      return;
    }
    if (stat) closeSync(openSync(target, constants.O_WRONLY)); // renaming would get past a file that is read-only
    closeSync(openSync(beside, 'wx'));
  });
  const commit = () => {
    if (path === beside) spoken(() => renameSync(beside, target));
  };
  return {
    path,
    write(content) {
      spoken(() => writeFileSync(path, content));
      commit();
    },
    commit,
    discard() {
      if (path === beside) rmSync(beside, { force: true });
    },
  };
}

/** What links point to in the end, there or not: renaming must replace that, not the link. */
function followLinks(file: string): string {
  let target = file;
  for (let k = 0; k < MAX_LINKS; k++) {
    let link: string;
    try {
      link = readlinkSync(target);
    } catch {
      break; // no link, or nothing there: opening it will say what is wrong
    }
    target = resolve(dirname(target), link);
  }
  return target;
}
/** As many as Linux follows. */
const MAX_LINKS = 40;

/** A new folder for what is written to a file before it is for standard output. @throws Error in one line, which names the flag */
export function temporaryFolder(flag: string, prefix: string): string {
  try {
    return mkdtempSync(join(tmpdir(), prefix));
  } catch (error) {
    throw new Error(`${flag}: ${reason(error)}`);
  }
}
