// The build's step that writes the functions of an address out.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formulas, inlined } from '../scripts/inline.mjs';

const root = new URL('..', import.meta.url).pathname;
const known = formulas(readFileSync(`${root}src/runtime/memory/address.ts`, 'utf8'));
const from = "import { field, nth, slot as at } from './address.js';";

/** What a line becomes in a module that imports them. */
const line = (text: string) => inlined(`${from}\n${text}`, known).slice(from.length + 1);

describe('the functions of an address', () => {
  test('are the ones that are a formula', () => {
    expect([...known.keys()]).toEqual(['field', 'field64', 'nth', 'nth64', 'slotsAt', 'slot']);
  });

  test.each([
    ['i32[field(gp, G.STATUS)] = 1;', 'i32[((gp) + (G.STATUS))] = 1;'],
    ['nth(H.IDLEMASK)', '((H.IDLEMASK) + 0)'],
    ['nth(field(pp, P.RING), a ? 1 : 2)', '((((pp) + (P.RING))) + (a ? 1 : 2))'],
    ['at(s, k - 1)', '((s) + 2 * (k - 1))'],
    ['fields(a, b); c.field(a, b); slot(a, b)', 'fields(a, b); c.field(a, b); slot(a, b)'],
  ])('%s', (text, out) => {
    expect(line(text)).toBe(out);
  });

  test('stay on their lines', () => {
    const out = line('x = field(\n  gp,\n  G.STATUS,\n);\ny();');
    expect(out.split('\n').indexOf('y();')).toBe(4);
    expect(out.replace(/\s/g, '')).toBe('x=((gp)+(G.STATUS));y();');
  });

  test('are of no other module', () => {
    const other = "import { field } from './other.js';\nfield(a, b);";
    expect(inlined(other, known)).toBe(other);
  });

  test('are called nowhere in what ships', () => {
    const bundle = readFileSync(`${root}dist/src/runtime/sched/core.js`, 'utf8');
    expect(bundle.match(/[^\w#.](?:field|field64|nth|nth64|slotsAt)\((?!addr|start)/g) ?? []).toEqual([]);
  });
});
