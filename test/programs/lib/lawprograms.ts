// Random small channel programs, and checking what real threads make of them.

import fc from 'fast-check';
import { allows, type Case, type LawProgram, type Operation, type Outcome } from './law.js';

/** Runs programs side by side and returns what each came to. */
export type RunPrograms = (json: string, seed: number) => Promise<readonly Outcome[]>;

function programOf(channels: number): fc.Arbitrary<LawProgram> {
  // One in eight is nil.
  const channel = fc.integer({ min: -1, max: 8 * channels - 2 }).map((k) => (k < 0 ? -1 : k % channels));
  const kase: fc.Arbitrary<Case> = fc.record({ dir: fc.constantFrom('send', 'recv'), c: channel, v: fc.constant(0) });
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ op: fc.constant('send'), c: channel, v: fc.constant(0) }) },
    { weight: 4, arbitrary: fc.record({ op: fc.constantFrom('recv', 'recv2'), c: channel }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('close'), c: channel }) },
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant('select'),
        cases: fc.array(kase, { minLength: 0, maxLength: 3 }),
        orDefault: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('gosched') }) },
  );
  return fc
    .record({
      caps: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: channels, maxLength: channels }),
      goroutines: fc.array(fc.array(operation, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 4 }),
    })
    .map(numbered);
}

/** Programs of two to four goroutines with up to five operations each on one to three channels. */
export const lawProgram: fc.Arbitrary<LawProgram> = fc.integer({ min: 1, max: 3 }).chain(programOf);

/** The program with a different value in each send, so that an outcome says who received from whom. */
function numbered(program: LawProgram): LawProgram {
  let v = 0;
  const number = <T extends Operation | Case>(x: T): T => ('v' in x ? { ...x, v: ++v } : x);
  const each = (op: Operation): Operation => (op.op === 'select' ? { ...op, cases: op.cases.map(number) } : number(op));
  return { ...program, goroutines: program.goroutines.map((ops) => ops.map(each)) };
}

/**
 * Runs `count` random programs, `together` at a time.
 * @throws Error that shows the first whose outcome Go does not allow, and how to see it again
 */
export async function checkLaws(run: RunPrograms, count: number, together: number, seed: number): Promise<number> {
  let ended = 0;
  for (let first = 0; first < count; first += together) {
    const batch = seed + first;
    const programs = fc.sample(lawProgram, { numRuns: Math.min(together, count - first), seed: batch });
    const outcomes = await run(JSON.stringify(programs), batch);
    for (const [k, program] of programs.entries()) {
      const outcome = outcomes[k]!;
      if (allows(program, outcome)) continue;
      throw new Error(
        `Go does not allow this outcome (seed ${batch}, program ${k} of ${programs.length}):\n` +
          `channels of capacity ${program.caps}\n` +
          program.goroutines.map((ops, g) => `goroutine ${g}:\n${show(ops, outcome[g]!)}`).join(''),
      );
    }
    ended += programs.length;
  }
  return ended;
}

function show(ops: readonly Operation[], lines: readonly string[]): string {
  return ops.map((op, k) => `  ${JSON.stringify(op)} -> ${lines[k] ?? '(not reached or blocked)'}\n`).join('');
}
