// A warning about module variables that goroutines share, or seem to: each thread has its own.

import { fileURLToPath } from 'node:url';
import { eachNode, type ModuleSource } from '../lib/esmodule.js';
import { type TopLevelFunction, topLevelFunctions } from '../lib/modulestate.js';

/** One line about a module variable that a goroutine's body assigns, as far as a look at the source tells; undefined if none. */
export function sharedVariable(module: ModuleSource): string | undefined {
  const functions = new Map(topLevelFunctions(module).map((each) => [each.name, each]));
  const inGoroutines = called(functions, startedBy(module));
  const inMain = called(functions, ['main']);
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

/** The functions that this module starts as goroutines. */
function startedBy({ body, imports }: ModuleSource): string[] {
  const bindings = imports.flatMap((each) => (each.source === 'mandel/go' ? each.bindings : []));
  const starts = new Set(bindings.filter(({ imported }) => /^go(Arena)?$/.test(imported)).map(({ local }) => local));
  const started: string[] = [];
  eachNode(body, (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || !starts.has(node.callee.name)) return;
    const [first] = node.arguments;
    if (first?.type === 'Identifier') started.push(first.name);
  });
  return started;
}

/** These functions, and those that they mention. */
function called(functions: ReadonlyMap<string, TopLevelFunction>, names: readonly string[]): Set<TopLevelFunction> {
  const found = new Set<TopLevelFunction>();
  const look = (name: string): void => {
    const each = functions.get(name);
    if (each === undefined || found.has(each)) return;
    found.add(each);
    for (const used of each.uses) look(used);
  };
  for (const name of names) look(name);
  return found;
}
