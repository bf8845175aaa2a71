import { run } from 'mandel/run';
import { expect, test } from 'vitest';

test('a program runs to its end', async () => {
  const result = await run(new URL('../../dist/examples/sieve.js', import.meta.url), { procs: 2 });
  expect(result).toMatchObject({ status: 'ok', exitCode: 0 });
});
