import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { encodeProfile } from '#src/pprof/proto.js';
import { handmade } from '../programs/lib/handmade.js';
import { newestGo } from '../support/gotool.js';
import { goPrompt, ourPrompt } from '../support/prompt.js';
import { tempDir } from '../support/tempdir.js';

const dir = fileURLToPath(new URL('../testdata/profiles/', import.meta.url));
const lines = (name: string) => readFileSync(join(dir, name), 'utf8').trimEnd().split('\n');
const script = lines('script.txt');
const real = readdirSync(dir).filter((name) => name.endsWith('.pprof'));
const goldens = readdirSync(dir).filter((name) => name.endsWith('.golden'));

describe('what pprof says of profiles by real Go', () => {
  test.for(goldens)('is what Go said: %s', async (golden) => {
    const said = await ourPrompt([golden.replace('.golden', '.pprof')], lines('golden.txt'), dir);
    // Where a source is looked for is another place on every machine.
    expect(said.stdout.replaceAll(dir.slice(0, -1), 'DIR')).toBe(readFileSync(join(dir, golden), 'utf8'));
    expect(said.status).toBe(0);
  });

  test.for(real)('is what Go says, every line: %s', async (file, context) => {
    const go = await newestGo(context);
    const [ours, theirs] = await Promise.all([ourPrompt([file], script, dir), goPrompt(go, [file], script, dir)]);
    expect(ours.stdout).toBe(theirs.stdout);
  });
});

describe('what pprof says of profiles made by hand', () => {
  test.for(Object.keys(handmade))('is what Go says: %s', async (name, context) => {
    const go = await newestGo(context);
    const cwd = tempDir();
    const file = `${name}.pprof`;
    writeFileSync(join(cwd, file), encodeProfile(handmade[name]!));
    const types = handmade[name]!.sampleTypes.flatMap(({ type }) => [`sample_index=${type}`, 'top', 'tree', 'traces']);
    const asked =
      name === 'ties' ? ['top', 'top300 -cum', 'tree', 'granularity=lines', 'top200'] : [...script, ...types];
    const [ours, theirs] = await Promise.all([ourPrompt([file], asked, cwd), goPrompt(go, [file], asked, cwd)]);
    expect(ours.stdout).toBe(theirs.stdout);
  });
});
