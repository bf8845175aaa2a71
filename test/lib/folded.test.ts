// Lines that are no longer than a terminal is wide.

import { describe, expect, test } from 'vitest';
import { folded } from '#src/lib/folded.js';

describe('folded', () => {
  test.each([
    { what: 'a line that fits', line: 'one two', columns: 7, says: 'one two' },
    { what: 'a line that is too long', line: 'one two three', columns: 7, says: 'one two\nthree' },
    {
      what: 'more lines, indented',
      line: 'one two three four',
      columns: 9,
      indent: 3,
      says: 'one two\n   three\n   four',
    },
    { what: 'a word that is too long', line: 'a wordtoolong b', columns: 5, says: 'a\nwordtoolong\nb' },
    { what: 'a number and its word', line: 'a 1 park, 12 yields', columns: 11, says: 'a 1 park,\n12 yields' },
    { what: 'nothing but a long word', line: '    wordtoolong', columns: 5, says: '    wordtoolong' },
  ])('keeps $what within its columns, as far as it can', ({ line, columns, indent = 0, says }) => {
    expect(folded(line, columns, indent)).toBe(says);
  });
});
