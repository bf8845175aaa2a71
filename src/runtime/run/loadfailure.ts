// Load failures: why a module of a program cannot be loaded, in one line. It names the file and the line of the mistake, not
// those of a module that imports the file. Whether Node's errors have a place depends on the version of Node; where one has
// none, the source is searched. This module is loaded after a failure only.

import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UsageError } from '../memory/errors.js';
import { sourceLines, sourcePosition } from '../report/source.js';
import { programStack } from '../report/stacktext.js';
import { describe } from '../value/type.js';

/** A file, or `file:line`. */
type Place = string;

/** The error that says why `url` cannot be loaded. @param error what import() was rejected with */
export async function whyNotLoaded(url: string, error: unknown): Promise<Error> {
  const { place = pathOf(url), text } = await explain(url, error);
  if (error instanceof UsageError) return new UsageError(`${error.message} (at ${place})`, { cause: error });
  return new Error(`${place}: cannot be loaded: ${text}`, { cause: error });
}

interface Explanation {
  readonly place: Place | undefined;
  readonly text: string;
}

async function explain(url: string, error: unknown): Promise<Explanation> {
  if (!(error instanceof Error)) {
    return { place: undefined, text: `it has thrown ${typeof error === 'string' ? error : describe(error)}` };
  }
  const text = `${error.name}: ${firstLine(error)}`;
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof SyntaxError) return syntaxError(url, error, text);
  switch (code) {
    case 'ERR_MODULE_NOT_FOUND':
    case 'ERR_UNSUPPORTED_DIR_IMPORT':
    case 'ERR_PACKAGE_PATH_NOT_EXPORTED':
    case 'ERR_PACKAGE_IMPORT_NOT_DEFINED':
      return notFound(url, error, code);
    case 'ERR_UNKNOWN_BUILTIN_MODULE': {
      const name = /: (\S+)$/.exec(error.message)?.[1];
      return { place: await importPlace(url, (specifier) => specifier === name), text };
    }
    case 'ERR_UNKNOWN_FILE_EXTENSION':
    case 'ERR_IMPORT_ASSERTION_TYPE_MISSING':
    case 'ERR_IMPORT_ATTRIBUTE_MISSING':
      return wrongKind(url, error);
    default: {
      const [first] = programStack(error).frames.filter(({ url: at }) => !at.includes('/node_modules/'));
      return { place: first && sourcePosition(first.url, first.line, first.column), text };
    }
  }
}

/** Hints for the reserved words that mark a waiting call, used where they are not allowed. */
const reserved: readonly (readonly [RegExp, string])[] = [
  [/\byield\b/, '; `yield*` is only possible in a `function*`'],
  [/\bawait\b/, '; a goroutine cannot await'],
];

async function syntaxError(url: string, error: SyntaxError, text: string): Promise<Explanation> {
  // V8 puts the place before the stack; Node 20 and later remove it for modules that another module imports.
  const placed = /^((?:file:|\/|[A-Z]:\\).*?):(\d+)\n/.exec(error.stack ?? '');
  if (placed !== null) {
    const place = `${pathOf(placed[1]!)}:${placed[2]}`;
    return {
      place,
      text: text + (/outside a module|Unexpected token 'export'/.test(text) ? esmHint(pathOf(placed[1]!)) : ''),
    };
  }
  const json = /^(\S.*?\.json): (.*)/.exec(error.message);
  if (json !== null) {
    const position = /at position (\d+)/.exec(json[2]!)?.[1];
    const line = position === undefined ? '' : `:${sourceOf(json[1]!).slice(0, Number(position)).split('\n').length}`;
    return { place: json[1]! + line, text: `${error.name}: ${json[2]}` };
  }
  const { isSyntax, localModules } = await syntax();
  for (const parsed of localModules(url)) {
    if (isSyntax(parsed)) continue;
    const { line } = parsed;
    const source = sourceLines(parsed.url, line, line);
    const hint = / reserved word$/.test(text) ? (reserved.find(([word]) => word.test(source))?.[1] ?? '') : '';
    return { place: `${pathOf(parsed.url)}:${line}`, text: text + hint };
  }
  return { place: undefined, text };
}

function esmHint(file: string): string {
  return /\.js$/.test(file) ? '; name it .mjs, or put "type": "module" into its package.json' : '; name it .mjs';
}

/** A module that does not exist: finds the line that imports it. */
async function notFound(url: string, error: Error, code: string): Promise<Explanation> {
  const message = firstLine(error);
  const [, what = '', importer] = /^(.*?)(?: resolving ES modules)? imported from (.*)$/.exec(message) ?? [];
  const text = `${error.name}: ${what === '' ? message : what}`;
  const missing = /'(.*?)'/.exec(what)?.[1];
  if (importer === undefined || missing === undefined) return { place: undefined, text };
  const from = pathToFileURL(importer).href;
  if (missing === pathOf(url)) {
    const directory = code === 'ERR_UNSUPPORTED_DIR_IMPORT';
    return { place: missing, text: directory ? 'expected a JavaScript module, got a directory' : 'no such file' };
  }
  const place = await importPlace(from, (specifier, local) => {
    if (local !== undefined) return pathOf(local) === missing;
    // For a package, the message has its name, or the part of the specifier after the name.
    return (
      specifier === missing || specifier.startsWith(`${missing}/`) || specifier.endsWith(missing.replace(/^\./, ''))
    );
  });
  return { place: place ?? importer, text };
}

/** A file that is not JavaScript: finds the line that imports it, unless it is the program itself. */
async function wrongKind(url: string, error: Error): Promise<Explanation> {
  const file = /^Module "(.*?)"/.exec(error.message)?.[1] ?? / for (.*)$/.exec(error.message)?.[1] ?? url;
  const path = pathOf(file);
  const extension = /\.\w+$/.exec(path)?.[0] ?? '';
  if (/^\.[cm]?ts$/.test(extension)) {
    const text = `TypeScript needs Node 22.18 or later, this is ${process.versions.node}; compile it first with tsc`;
    return { place: path, text };
  }
  if (path === pathOf(url))
    return { place: path, text: `expected a JavaScript module, got ${extension || 'a file without an extension'}` };
  const place = await importPlace(url, (_specifier, local) => local !== undefined && pathOf(local) === path);
  const fix = extension === '.json' ? '; write `with { type: "json" }` behind its name' : '';
  return { place, text: `${error.name}: ${error.message}${fix}` };
}

/**
 * The place of the first import, in the module at `url` and those that it imports, for which `is` returns true.
 * @param is is given the import's specifier, and the URL of the file that it names, if it names one
 */
async function importPlace(
  url: string,
  is: (specifier: string, local: string | undefined) => boolean,
): Promise<Place | undefined> {
  const { importsOf, isSyntax, lineAt, localModules, urlOfImport } = await syntax();
  for (const parsed of localModules(url)) {
    if (!isSyntax(parsed)) continue;
    for (const { specifier, start } of importsOf(parsed)) {
      if (is(specifier, urlOfImport(specifier, parsed.url)))
        return `${pathOf(parsed.url)}:${lineAt(parsed.text, start).line}`;
    }
  }
  return undefined;
}

/** The parser takes some 100 ms to load, and a module that throws needs none. */
function syntax(): Promise<typeof import('../report/syntax.js')> {
  return import('../report/syntax.js');
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0]!;
}

function sourceOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function pathOf(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url.replace(/[?#].*$/, '')) : url;
}
