// Mutable state of modules, told by their source: what may keep something from one run to the next.

import { describe, expect, test } from 'vitest';
import { parseModule } from '#src/lib/esmodule.js';
import { holdsState } from '#src/lib/modulestate.js';

const holds = (text: string) =>
  holdsState(parseModule('file:///m.js', text), (name, source) => source === 'go' && name !== 'now');

const constant = [
  '',
  'import { chan, int } from "go"; export const c = chan(int, 3);',
  'import { struct, int, alloc } from "go"; const S = struct({ n: int }); export const s = alloc(S, { n: 1 + 2 });',
  'import { Mutex } from "go"; export default class { mu = new Mutex(); lock() {} }',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is one in the module's text
  'export const n = 5 * 3, f = () => n, text = `a${n}b`, re = /a/, t = n > 3 ? "x" : -n;',
  'let n = 1; export function f() { let n = 2; n++; return n; }',
  'export function* main() {} export { main as other }; export * from "./x.js";',
  '"use strict"; import * as go from "go"; export const second = go.second;',
];

const state = [
  'let n = 0; export function f() { n++; }',
  'export const list = [];',
  'const seen = new Map();',
  'const o = { n: 1 };',
  'export class A { static n = 0; }',
  'export function f() {} f.calls = 0;',
  'export function f() { f.calls = 1; }',
  'const re = /a/g;',
  'import { now } from "go"; const begun = now();',
  'console.log("loaded");',
  'let n; n = 1;',
  'function f() {} export function g() { f = null; }',
  'import { s } from "./s.js"; export function f() { s.n = 1; }',
  'export default [1];',
  'for (const x of []) {}',
  'const { a } = { a: 1 };',
];

describe('a module', () => {
  test.each(constant)('holds nothing that changes: %s', (text) => {
    expect(holds(text)).toBe(false);
  });

  test.each(state)('may hold state: %s', (text) => {
    expect(holds(text)).toBe(true);
  });
});
