// Warnings about a program's source: mistakes that no thread can notice while the program runs.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ModuleSource } from '../../lib/esmodule.js';
import type { TopLevelFunction } from '../../lib/modulestate.js';
import { isGo } from '../../runtime/run/modulegraph.js';

/** The warnings, a line each. Never throws: the run reports a file that cannot be read. */
export async function warningsAbout(url: string): Promise<string[]> {
  try {
    if (!mayNeedWarning(await readFile(new URL(url), 'utf8'))) return [];
    const { readModule } = await import('../../lib/esmodule.js');
    const module = readModule(url);
    return [await sharedVariable(module), await droppedGenerator(module)].filter((line) => line !== undefined);
  } catch {
    return [];
  }
}

/** Whether the source has to be parsed, which takes longer than most programs run. */
function mayNeedWarning(text: string): boolean {
  if (/^(export\s+)?(let|var)\s/m.test(text)) return true;
  const generators = [...text.matchAll(/\bfunction\s*\*\s*([\w$]+)/g)].map(([, name]) => name!.replaceAll('$', '\\$'));
  return generators.length > 0 && new RegExp(`^\\s*(${generators.join('|')})\\s*\\(`, 'm').test(text);
}

/** The warning about a module variable that a goroutine's body assigns, as far as the source shows. */
async function sharedVariable(module: ModuleSource): Promise<string | undefined> {
  const { topLevelFunctions } = await import('../../lib/modulestate.js');
  const functions = new Map(topLevelFunctions(module).map((each) => [each.name, each]));
  const inGoroutines = withUsed(functions, await startedBy(module));
  const inMain = withUsed(functions, ['main']);
  const own = new Set(
    module.variables.filter(({ defs }) => defs.some(({ type }) => type === 'Variable')).map(({ name }) => name),
  );
  for (const each of [...inGoroutines, ...inMain]) {
    const shares = (name: string) => inGoroutines.has(each) || [...inGoroutines].some(({ uses }) => uses.has(name));
    for (const [name, line] of each.assigns) {
      if (!own.has(name) || !shares(name)) continue;
      return (
        `${fileURLToPath(module.url)}:${line}: ${each.name} assigns the module variable ${name}, of which every thread has ` +
        'its own; goroutines share what alloc() makes, and what they send or are handed'
      );
    }
  }
  return undefined;
}

/** The warning about a call of a `function*` of the module whose generator is dropped, so that its body never runs. */
async function droppedGenerator(module: ModuleSource): Promise<string | undefined> {
  const { generatorCalls } = await import('../../lib/modulestate.js');
  const [first] = generatorCalls(module);
  if (first === undefined) return undefined;
  return (
    `${fileURLToPath(module.url)}:${first.line}: ${first.name}() does nothing without \`yield*\` before it, because ` +
    `${first.name} is a function*; or start a goroutine with go(${first.name}, ...)`
  );
}

/** Names of the functions that this module starts as goroutines. */
async function startedBy({ body, imports }: ModuleSource): Promise<string[]> {
  const { eachNode } = await import('../../lib/esmodule.js');
  const bindings = imports.flatMap((each) => (isGo(each.source) ? each.bindings : []));
  const starts = new Set(bindings.filter(({ imported }) => /^go(Arena)?$/.test(imported)).map(({ local }) => local));
  const started: string[] = [];
  eachNode(body, (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || !starts.has(node.callee.name)) return;
    const [first] = node.arguments;
    if (first?.type === 'Identifier') started.push(first.name);
  });
  return started;
}

/** These functions, and all functions that they use, directly or not. */
function withUsed(functions: ReadonlyMap<string, TopLevelFunction>, names: readonly string[]): Set<TopLevelFunction> {
  const found = new Set<TopLevelFunction>();
  const add = (name: string): void => {
    const each = functions.get(name);
    if (each === undefined || found.has(each)) return;
    found.add(each);
    for (const used of each.uses) add(used);
  };
  for (const name of names) add(name);
  return found;
}
