// The functions of an address, written out where they are called. `i32[field(gp, G.STATUS)]` is an addition with a type; but V8
// has a budget of inlined code for each function it compiles, and functions with twenty such calls have no room left for calls
// that matter: with calls in place, an operation on a channel took 5 to 20% longer (Node 20, pairs of processes, in turn).
// @ts-check

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { nodesIn } from './house.mjs';

/** @typedef {import('./house.mjs').Node} Node */
/** @typedef {{ readonly pieces: readonly string[], readonly defaults: readonly (string | undefined)[] }} Formula */

/** What a module imports, if it is from this one. */
const addressModule = /\/address\.js$/;

/**
 * The functions that are a formula: one `return`, of an expression that has each parameter once, in order. `a + b` of
 * `(a, b)` is the pieces '', ' + ', ''.
 * @param {string} text the module, in TypeScript
 * @returns {Map<string, Formula>}
 */
export function formulas(text) {
  const found = new Map();
  for (const { declaration } of parsed(text).body) {
    if (declaration?.type !== 'FunctionDeclaration') continue;
    const formula = formulaOf(text, declaration);
    if (formula !== undefined) found.set(declaration.id.name, formula);
  }
  return found;
}

/** @param {string} text @returns {Node} */
const parsed = (text) => /** @type {any} */ (parseAst(text, { lang: 'ts' }));

/** @param {string} text @param {Node} declaration @returns {Formula | undefined} */
function formulaOf(text, { params, body: { body } }) {
  if (params.length === 0 || body.length !== 1 || body[0].type !== 'ReturnStatement') return undefined;
  let expression = body[0].argument;
  while (expression.type === 'TSAsExpression') expression = expression.expression;
  const names = params.map((/** @type {Node} */ each) => (each.left ?? each).name);
  const uses = nodesIn(expression).filter(({ type }) => type === 'Identifier');
  if (uses.map(({ name }) => name).join() !== names.join()) return undefined;
  const ends = [expression.start, ...uses.map(({ end }) => end)];
  const starts = [...uses.map(({ start }) => start), expression.end];
  return {
    pieces: starts.map((start, k) => text.slice(ends[k], start)),
    defaults: params.map((/** @type {Node} */ { right }) => right && text.slice(right.start, right.end)),
  };
}

/**
 * `text` with the calls of these functions written out, if it imports them. Every line stays where it is.
 * @param {string} text a module, in TypeScript or JavaScript
 * @param {Map<string, Formula>} known
 */
export function inlined(text, known) {
  if (!text.includes('/address.js')) return text;
  const program = parsed(text);
  const local = localNames(program, known);
  /** @type {{ readonly start: number, readonly end: number, readonly text: string }[]} */
  const edits = [];
  for (const node of nodesIn(program)) {
    const formula = node.type === 'CallExpression' ? local.get(node.callee.name) : undefined;
    if (formula !== undefined) edits.push(...writtenOut(node, formula));
  }
  edits.sort((a, b) => a.start - b.start);
  let out = '';
  let at = 0;
  for (const { start, end, text: by } of edits) {
    out += text.slice(at, start) + by + '\n'.repeat(text.slice(start, end).split('\n').length - 1);
    at = end;
  }
  return out + text.slice(at);
}

/** The formulas by the names that the module has for them. @param {Node} program @param {Map<string, Formula>} known */
function localNames(program, known) {
  const local = new Map();
  for (const { type, source, specifiers } of program.body) {
    if (type !== 'ImportDeclaration' || !addressModule.test(source.value)) continue;
    for (const { imported, local: as } of specifiers) {
      const formula = known.get(imported?.name);
      if (formula !== undefined) local.set(as.name, formula);
    }
  }
  return local;
}

/** What replaces a call, but for its arguments. @param {Node} call @param {Formula} formula */
function writtenOut(call, { pieces, defaults }) {
  const given = call.arguments.length;
  const rest = defaults.slice(given).map((each, k) => `${each}${pieces[given + k + 1]}`);
  const ends = [call.start, ...call.arguments.map((/** @type {Node} */ { end }) => end)];
  return ends.map((start, k) => {
    const end = call.arguments[k]?.start ?? call.end;
    const open = k === 0 ? '(' : ')';
    const close = k === given ? `${rest.join('')})` : '(';
    return { start, end, text: open + pieces[k] + close };
  });
}

/** Writes the calls out in every module under `dir` that tsc has made. @param {string} dir @param {Map<string, Formula>} known */
export function inlineUnder(dir, known) {
  for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js')) continue;
    const path = resolve(dir, file);
    const text = readFileSync(path, 'utf8');
    const by = inlined(text, known);
    if (by !== text) writeFileSync(path, by);
  }
}
