import { readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { SourceMapReader } from '#src/lib/sourcemap.js';

const dist = fileURLToPath(new URL('../../dist/src/', import.meta.url));
const maps = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js.map'));

describe('a source map', () => {
  test('of ours says what Node says of it, at random places', () => {
    const rng = new Rng(6);
    expect(maps.length).toBeGreaterThan(50);
    for (const file of maps) {
      const text = readFileSync(`${dist}${file}`, 'utf8');
      const ours = new SourceMapReader(text);
      const nodes = new SourceMap(JSON.parse(text));
      const lines = readFileSync(`${dist}${file.slice(0, -'.map'.length)}`, 'utf8').split('\n');
      for (let k = 0; k < 50; k++) {
        const line = rng.below(lines.length);
        const column = rng.below(lines[line]!.length + 3);
        const entry = nodes.findEntry(line, column) as Partial<ReturnType<SourceMap['findEntry']>> & {
          generatedLine?: number;
        };
        // Node goes on to the lines before, where the line itself has nothing.
        const expected =
          'originalSource' in entry && entry.generatedLine === line
            ? { source: entry.originalSource, line: entry.originalLine, column: entry.originalColumn }
            : undefined;
        expect(ours.find(line, column), `${file}:${line}:${column}`).toEqual(expected);
      }
    }
  });

  test('has numbers of several digits, mappings from no source, and names', () => {
    const map = new SourceMapReader(JSON.stringify({ sources: ['a.ts', 'b.ts'], mappings: 'A,EAAA,gCCgkCxBA;;AAAA' }));
    expect(map.find(0, 1)).toBeUndefined();
    expect(map.find(0, 2)).toEqual({ source: 'a.ts', line: 0, column: 0 });
    expect(map.find(0, 40)).toEqual({ source: 'b.ts', line: 1088, column: -24 });
    expect(map.find(1, 0)).toBeUndefined();
    expect(map.find(9, 0)).toBeUndefined();
  });

  test.each([
    { text: '{', says: /JSON/ },
    { text: '{}', says: 'expected a source map with sources and mappings, got something else' },
    { text: '{"sources":[],"mappings":"A?"}', says: 'expected a digit of a number at 1, got "?"' },
    { text: '{"sources":[],"mappings":"g"}', says: 'expected a digit of a number at 1, got undefined' },
  ])('$text is none', ({ text, says }) => {
    expect(() => new SourceMapReader(text)).toThrow(says);
  });
});
