// Mutable state at the top level of a module: variables that its functions assign, and objects that they could change.

import { type ES, eachNode, isFunction, type ModuleSource, type Node, namesIn, type Variable } from './esmodule.js';

/**
 * False if no variable or object at the top level of the module can change after it is loaded, as far as its source shows: then
 * one instance serves all runs. An expression that is not known to be constant counts as state.
 * @param isConstantCall whether a call or a `new` of this name, imported from this source, makes an object that never changes
 */
export function holdsState(module: ModuleSource, isConstantCall: (name: string, source: string) => boolean): boolean {
  const judge = new Judge(module, isConstantCall);
  return !module.body.every((node) => judge.isConstantStatement(node)) || assignsMembers(module);
}

class Judge {
  readonly #isConstantCall: (name: string, source: string) => boolean;
  readonly #imports = new Map<string, { readonly name: string; readonly source: string }>();
  /** Variables that are assigned after they have been declared. */
  readonly #assigned: ReadonlySet<string>;

  constructor(module: ModuleSource, isConstantCall: (name: string, source: string) => boolean) {
    this.#isConstantCall = isConstantCall;
    for (const { source, bindings } of module.imports) {
      for (const { local, imported } of bindings) this.#imports.set(local, { name: imported, source });
    }
    this.#assigned = new Set(module.variables.filter(isReassigned).map(({ name }) => name));
  }

  isConstantStatement(node: ES.Statement | ES.ModuleDeclaration): boolean {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'EmptyStatement':
        return true;
      case 'ExportNamedDeclaration':
        return !node.declaration || this.isConstantStatement(node.declaration);
      case 'ExportDefaultDeclaration':
        if (node.declaration.type === 'FunctionDeclaration') return true;
        return node.declaration.type === 'ClassDeclaration'
          ? this.#isConstantClass(node.declaration)
          : this.#isConstant(node.declaration);
      case 'FunctionDeclaration':
        return !this.#assigned.has(node.id.name);
      case 'ClassDeclaration':
        return this.#isConstantClass(node);
      case 'VariableDeclaration':
        return node.declarations.every(
          ({ id, init }) => !namesIn(id).some((name) => this.#assigned.has(name)) && (!init || this.#isConstant(init)),
        );
      case 'ExpressionStatement':
        return 'directive' in node && node.directive !== undefined;
      default:
        return false;
    }
  }

  #isConstant(node: ES.Expression | ES.SpreadElement | ES.Super): boolean {
    switch (node.type) {
      case 'Literal':
        return !('regex' in node && node.regex && /[gy]/.test(node.regex.flags)); // those store the index of their last match
      case 'Identifier':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return true; // a variable is judged by its own declaration
      case 'ClassExpression':
        return this.#isConstantClass(node);
      case 'TemplateLiteral':
        return node.expressions.every((each) => this.#isConstant(each));
      case 'UnaryExpression':
        return node.operator !== 'delete' && this.#isConstant(node.argument);
      case 'BinaryExpression':
        return node.left.type !== 'PrivateIdentifier' && this.#isConstant(node.left) && this.#isConstant(node.right);
      case 'LogicalExpression':
        return this.#isConstant(node.left) && this.#isConstant(node.right);
      case 'ConditionalExpression':
        return [node.test, node.consequent, node.alternate].every((each) => this.#isConstant(each));
      case 'MemberExpression':
        return !node.computed && this.#isConstant(node.object);
      case 'CallExpression':
      case 'NewExpression':
        return this.#isConstantMaker(node.callee) && node.arguments.every((each) => this.#isConstantArgument(each));
      default:
        return false;
    }
  }

  #isConstantMaker(callee: ES.Expression | ES.Super): boolean {
    const imported = callee.type === 'Identifier' ? this.#imports.get(callee.name) : undefined;
    return imported !== undefined && this.#isConstantCall(imported.name, imported.source);
  }

  /** An object literal in a call is used by the called function only. */
  #isConstantArgument(node: ES.Expression | ES.SpreadElement): boolean {
    if (node.type !== 'ObjectExpression') return this.#isConstant(node);
    return node.properties.every(
      (p) => p.type === 'Property' && !p.computed && this.#isConstantArgument(p.value as ES.Expression),
    );
  }

  #isConstantClass({ superClass, body }: Pick<ES.Class, 'superClass' | 'body'>): boolean {
    if (superClass && superClass.type !== 'Identifier') return false;
    return body.body.every(
      (member) => member.type === 'MethodDefinition' || (member.type === 'PropertyDefinition' && !member.static),
    );
  }
}

function isReassigned({ references, defs }: Variable): boolean {
  return defs.length > 1 || references.some((reference) => reference.isWrite() && !reference.init);
}

/** True if a member of a top-level variable, such as a function's property, is assigned anywhere. */
function assignsMembers(module: ModuleSource): boolean {
  const uses = new Set(
    module.variables.flatMap(({ references }) => references.map(({ identifier }) => (identifier as Node).start)),
  );
  let found = false;
  eachNode(module.body, (node) => {
    const target =
      node.type === 'AssignmentExpression'
        ? node.left
        : node.type === 'UpdateExpression' || (node.type === 'UnaryExpression' && node.operator === 'delete')
          ? node.argument
          : undefined;
    if (target?.type === 'MemberExpression' && uses.has((rootOf(target) as Node).start)) found = true;
  });
  return found;
}

function rootOf(node: ES.Expression | ES.Super | ES.Pattern): ES.Node {
  return node.type === 'MemberExpression' ? rootOf(node.object) : node;
}

/** A function that is declared at the top level of a module. */
export interface TopLevelFunction {
  readonly name: string;
  /** Top-level variables of the module that it uses, functions and imports among them. */
  readonly uses: ReadonlySet<string>;
  /** Top-level variables that it assigns, with the line of the first assignment. */
  readonly assigns: ReadonlyMap<string, number>;
}

/** The functions that are declared at the top level of the module, and which of its variables they use and assign. */
export function topLevelFunctions(module: ModuleSource): TopLevelFunction[] {
  return module.body.flatMap(declarationsIn).map(({ name, node }) => {
    const uses = new Set<string>();
    const assigns = new Map<string, number>();
    for (const variable of module.variables) {
      for (const reference of variable.references) {
        const identifier = reference.identifier as Node<ES.Identifier>;
        if (identifier.start < node.start || identifier.end > node.end) continue;
        uses.add(variable.name);
        const isAssigned = reference.isWrite() && !reference.init && !assigns.has(variable.name);
        if (isAssigned) assigns.set(variable.name, identifier.loc!.start.line);
      }
    }
    return { name, uses, assigns };
  });
}

function declarationsIn(statement: ES.Statement | ES.ModuleDeclaration): { name: string; node: Node }[] {
  const declaration = 'declaration' in statement && statement.declaration ? statement.declaration : statement;
  if (declaration.type === 'FunctionDeclaration') {
    return [{ name: declaration.id?.name ?? 'default', node: declaration as Node }];
  }
  if (declaration.type !== 'VariableDeclaration') return [];
  return declaration.declarations.flatMap(({ id, init }) =>
    id.type === 'Identifier' && init && isFunction(init) ? [{ name: id.name, node: init as Node }] : [],
  );
}

/** A call that is a statement by itself, of a `function*` that the module declares at its top level. */
export interface GeneratorCall {
  readonly name: string;
  readonly line: number;
}

/** The calls that make a generator which the program never runs. */
export function generatorCalls(module: ModuleSource): GeneratorCall[] {
  const uses = new Map<number, string>();
  for (const { name, defs, references } of module.variables) {
    const { type, node } = defs[0] ?? {};
    if (type !== 'FunctionName' || !(node as ES.FunctionDeclaration).generator) continue;
    for (const { identifier } of references) uses.set((identifier as Node<ES.Identifier>).start, name);
  }
  const calls: GeneratorCall[] = [];
  eachNode(module.body, (node) => {
    if (node.type !== 'ExpressionStatement' || node.expression.type !== 'CallExpression') return;
    const name = uses.get((node.expression.callee as Node).start);
    if (name !== undefined && node.expression.callee.type === 'Identifier')
      calls.push({ name, line: node.loc!.start.line });
  });
  return calls;
}
