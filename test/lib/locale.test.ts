// What the environment says of characters.

import { describe, expect, test } from 'vitest';
import { asciiOnly, inLocale } from '#src/lib/locale.js';

const report = '312µs 5μs | ▁▂▃▄▅▆▇█ ■■ a · b…';
const ascii = '312us 5us | .:-=+*#@ ## a - b...';

describe('the locale', () => {
  test.each([
    { env: { LC_ALL: 'C' }, is: true },
    { env: { LC_ALL: 'POSIX', LANG: 'de_DE.UTF-8' }, is: true },
    { env: { LC_CTYPE: 'C', LANG: 'de_DE.UTF-8' }, is: true },
    { env: { LC_ALL: '', LC_CTYPE: '', LANG: 'C' }, is: true },
    { env: { LC_ALL: 'C.UTF-8', LANG: 'C' }, is: false },
    { env: { LC_ALL: '', LC_CTYPE: 'C.UTF-8', LANG: 'C' }, is: false },
    { env: { LANG: 'en_US.UTF-8' }, is: false },
    { env: {}, is: false },
  ])('$env prints ASCII only: $is', ({ env, is }) => {
    expect(asciiOnly(env)).toBe(is);
    expect(inLocale(report, env)).toBe(is ? ascii : report);
  });

  test('leaves the names of a program as they are', () => {
    expect(inLocale('größe 1ns', { LC_ALL: 'C' })).toBe('größe 1ns');
  });
});
