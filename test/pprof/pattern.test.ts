import { describe, expect, test } from 'vitest';
import { compilePattern } from '#src/pprof/pattern.js';
import { ProfileError } from '#src/pprof/profile.js';

// What is expected here is what Go's package regexp does.
describe("Go's regular expressions", () => {
  test.for<[pattern: string, matches: string[], others: string[]]>([
    ['', ['', 'a'], []],
    ['fib', ['main.fib', 'fib'], ['fi', 'FIB']],
    ['^main\\.(work|fib)$', ['main.work', 'main.fib'], ['xmain.work', 'main.works', 'main_work']],
    ['(?i)FIB', ['main.Fib'], ['fi']],
    ['(?i:f)IB', ['fIB'], ['fib']],
    ['a(?i)b(?-i)c', ['abc', 'aBc'], ['Abc', 'abC']],
    ['a.c', ['abc', 'a😀c'], ['ac', 'a\nc']],
    ['(?s)a.c', ['a\nc'], ['ac']],
    ['(?m)^b$', ['a\nb\nc'], ['ab']],
    ['^b$', ['b'], ['a\nb\nc']],
    ['a{2}', ['caab'], ['cab']],
    ['^a{2,3}$', ['aa', 'aaa'], ['a', 'aaaa']],
    ['^(ab|c){2,}$', ['abc', 'ccab'], ['ab', 'abb']],
    ['a{,2}', ['a{,2}'], ['aa']],
    ['a*?b+?c??', ['b', 'aab'], ['a']],
    ['[a-c\\d_]x', ['bx', '7x', '_x'], ['dx', 'x']],
    ['[^a-c]x', ['dx'], ['ax']],
    ['[]a]', [']', 'a'], ['b']],
    ['[[:upper:]][[:^alpha:]]', ['A1'], ['AB', 'a1']],
    ['\\bsort\\b', ['a sort!', 'sort'], ['resort', 'sorted']],
    ['\\Bort\\B', ['sorted'], ['ort', 'sort']],
    ['\\Aab\\z', ['ab'], ['ab\n']],
    ['\\p{Greek}\\pN', ['α1'], ['a1', 'αa']],
    ['\\P{Lu}', ['a'], ['A']],
    ['\\x41\\x{1F600}\\101', ['A😀A'], ['AA']],
    ['\\Qa.b\\E+', ['a.bbb'], ['axb']],
    ['(?P<name>x)(?<other>y)', ['xy'], ['x']],
    ['(?U)a+', ['a'], ['b']],
  ])('match: %s', ([pattern, matches, others]) => {
    const isMatch = compilePattern('focus', pattern);
    expect(matches.filter((text) => !isMatch(text))).toEqual([]);
    expect(others.filter((text) => isMatch(text))).toEqual([]);
  });

  test.for<[pattern: string, message: string]>([
    ['(', 'missing closing )'],
    [')', 'unexpected )'],
    ['[a', 'missing closing ]'],
    ['[b-a]', 'invalid character class range'],
    ['*a', 'missing argument to repetition operator: `*`'],
    ['|{2}', 'missing argument to repetition operator: `{2}`'],
    ['ba**', 'invalid nested repetition operator: `**`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['a{3,2}', 'invalid repeat count: `{3,2}`'],
    ['\\', 'trailing backslash at end of expression'],
    ['\\8', 'invalid escape sequence'],
    ['[[:letter:]]', 'invalid character class range: `[:letter:]`'],
    ['\\p{Klingon}', 'invalid character class range'],
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?i-)', 'invalid or unsupported Perl syntax'],
    ['(?P<a b>c)', 'invalid named capture: `(?P<a b>`'],
    ['(?P<a>b)(?P<a>c)', 'duplicate capture group name: `a`'],
    [`${'('.repeat(2000)}`, 'missing closing )'],
    [`${'('.repeat(2000)}a${')'.repeat(2000)}`, 'expression nests too deeply'],
    ['(a{1000}){1000}', 'invalid repeat count: `{1000}`'],
    ['(((((){1000}){1000}){1000}){1000}){1000}', 'expression too large'],
  ])('are refused: %s', ([pattern, message]) => {
    expect(() => compilePattern('focus', pattern)).toThrow(ProfileError);
    expect(() => compilePattern('focus', pattern)).toThrow(message);
  });

  test('take no longer for what JavaScript would never end', () => {
    const text = `${'a'.repeat(20_000)}!`;
    expect(compilePattern('focus', '^(a+)+$')(text)).toBe(false);
    expect(compilePattern('focus', '(a|a)*(a|b|ab)*c')(text)).toBe(false);
    expect(compilePattern('focus', '(.*)*x')(text)).toBe(false);
  });
});
