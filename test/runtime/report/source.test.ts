import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { originalPosition } from '#src/runtime/report/source.js';
import { tempDir } from '../../support/tempdir.js';

const dist = fileURLToPath(new URL('../../../dist/src/', import.meta.url));
const scripts = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));

/** A script of one line with this source map. @returns its URL */
function script(map: string): string {
  const file = join(tempDir(), 'a.js');
  writeFileSync(file, 'f();\n//# sourceMappingURL=a.js.map\n');
  writeFileSync(`${file}.map`, map);
  return pathToFileURL(file).href;
}

describe('the original position', () => {
  test('is what Node says, at random places of our scripts', () => {
    const rng = new Rng(6);
    expect(scripts.length).toBeGreaterThan(50);
    for (const file of scripts) {
      const text = readFileSync(`${dist}${file}`, 'utf8');
      if (!text.includes('//# sourceMappingURL=')) continue;
      const url = pathToFileURL(`${dist}${file}`).href;
      const nodes = new SourceMap(JSON.parse(readFileSync(`${dist}${file}.map`, 'utf8')));
      const lines = text.split('\n');
      for (let k = 0; k < 50; k++) {
        const line = rng.below(lines.length);
        const column = rng.below(lines[line]!.length + 3);
        const entry = nodes.findEntry(line, column) as Partial<ReturnType<SourceMap['findEntry']>> & {
          generatedLine?: number;
        };
        // Node searches the lines before, where the line itself has no mapping.
        const expected =
          'originalSource' in entry && entry.generatedLine === line
            ? {
                file: fileURLToPath(new URL(entry.originalSource!, url)),
                line: entry.originalLine! + 1,
                column: entry.originalColumn! + 1,
              }
            : { file: `${dist}${file}`, line: line + 1, column: column + 1 };
        expect(originalPosition(url, line + 1, column + 1), `${file}:${line}:${column}`).toEqual(expected);
      }
    }
  });

  test('is in the folder that the map says', () => {
    const url = script('{"version":3,"sourceRoot":"../src","sources":["a.ts"],"names":[],"mappings":"AAAA"}');
    expect(originalPosition(url, 1, 2)).toEqual({
      file: fileURLToPath(new URL('../src/a.ts', url)),
      line: 1,
      column: 1,
    });
  });

  test.each(['{', '{}', '[]', 'null', '{"sources":[],"mappings":"A?"}', '{"sources":[],"mappings":"AAAA"}'])(
    'is that in the script if the map is %s',
    (map) => {
      const url = script(map);
      expect(originalPosition(url, 1, 2)).toEqual({ file: fileURLToPath(url), line: 1, column: 2 });
    },
  );
});
