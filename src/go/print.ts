// Printing. Workers cannot use console.log: its text travels by messages, which a thread that never returns to its
// event loop does not send.

import { writeSync } from 'node:fs';
import { sink } from '../runtime/sched/hooks.js';
import { syscall } from './syscall.js';

const STDOUT = 1;

/**
 * Writes the operands, with spaces between them and a newline at the end, to standard output, at once. Blocks the
 * thread, never parks the goroutine alone. Unlike Go, whose built-in println writes to standard error and is meant for
 * debugging: this is fmt.Println.
 * @example
 * println('answer:', 42);
 * // Output: answer: 42
 */
export function println(...operands: readonly unknown[]): void {
  write(STDOUT, `${operands.map(String).join(' ')}\n`);
}

/**
 * Writes the operands, with nothing between them, to standard output, at once. Unlike Go, this is fmt.Print.
 * @example
 * print('a', 1, '\n');
 * // Output: a1
 */
export function print(...operands: readonly unknown[]): void {
  write(STDOUT, operands.map(String).join(''));
}

function write(fd: number, text: string): void {
  if (sink !== undefined) {
    sink(fd, text);
    return;
  }
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(syscall(() => writeSync(fd, rest)));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EPIPE') return; // no reader is left: as with Go's fmt.Println, whose error programs ignore
      if (code !== 'EAGAIN') throw error; // a full pipe that does not block: try again
    }
  }
}
