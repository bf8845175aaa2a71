import { describe, expect, test } from 'vitest';
import { foldLine, sparkline } from '#src/lib/lines.js';

describe('a folded line', () => {
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
    expect(foldLine(line, columns, indent)).toBe(says);
  });
});

describe('a sparkline', () => {
  test.each([
    { values: [0, 1, 2, 3, 4, 5, 6, 7, 8], max: 8, line: ' ▁▂▃▄▅▆▇█' },
    { values: [0.001, 0.5, 1], max: 1, line: '▁▄█' },
    { values: [3], max: 2, line: '█' },
    { values: [0, 0], max: 0, line: '  ' },
    { values: [], max: 1, line: '' },
  ])('of $values is "$line"', ({ values, max, line }) => {
    expect(sparkline(values, max)).toBe(line);
  });
});
