// Why a program's module cannot be loaded, as one line that names the file and the line that are wrong: not those that
// import them. Node's errors have a place or not, from version to version; where they have none it is looked for in the
// source. Loaded only if something cannot be.

import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UsageError } from '../memory/errors.js';
import { sourceLines, sourcePosition } from '../report/source.js';
import { programStack } from '../report/stacktext.js';
import { importsOf, isSyntax, lineAt, localModules, urlOfImport } from '../report/syntax.js';
import { describe } from '../value/type.js';

/** Where a fault is: a file, or a line of one. */
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

/** What to write where a word of goroutines stands where it cannot. */
const reserved: readonly (readonly [RegExp, string])[] = [
  [/\byield\b/, '; `yield*` is only possible in a `function*`'],
  [/\bawait\b/, '; a goroutine cannot await'],
];

async function syntaxError(url: string, error: SyntaxError, text: string): Promise<Explanation> {
  // V8 puts the place before the stack; Node 20 and later take it away again from modules that others import.
  const said = /^((?:file:|\/|[A-Z]:\\).*?):(\d+)\n/.exec(error.stack ?? '');
  if (said !== null) {
    const place = `${pathOf(said[1]!)}:${said[2]}`;
    return {
      place,
      text: text + (/outside a module|Unexpected token 'export'/.test(text) ? esmHint(pathOf(said[1]!)) : ''),
    };
  }
  const json = /^(\S.*?\.json): (.*)/.exec(error.message);
  if (json !== null) {
    const position = /at position (\d+)/.exec(json[2]!)?.[1];
    const line = position === undefined ? '' : `:${lineAt(sourceOf(json[1]!), Number(position)).line}`;
    return { place: json[1]! + line, text: `${error.name}: ${json[2]}` };
  }
  for (const parsed of await localModules(url)) {
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

/** A module that is not there: the line that imports it. */
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
  const place = await importPlace(from, (specifier) => {
    const local = urlOfImport(specifier, from);
    if (local !== undefined) return pathOf(local) === missing;
    // Of a package, the message has the name, or the rest behind it.
    return (
      specifier === missing || specifier.startsWith(`${missing}/`) || specifier.endsWith(missing.replace(/^\./, ''))
    );
  });
  return { place: place ?? importer, text };
}

/** A file that is no JavaScript: the line that imports it; or the program itself. */
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
  const place = await importPlace(url, (specifier, importer) => {
    const local = urlOfImport(specifier, importer);
    return local !== undefined && pathOf(local) === path;
  });
  const fix = extension === '.json' ? '; write `with { type: "json" }` behind its name' : '';
  return { place, text: `${error.name}: ${error.message}${fix}` };
}

/** Where among the modules that `url` imports the first import is that `is` is true for. */
async function importPlace(
  url: string,
  is: (specifier: string, importer: string) => boolean,
): Promise<Place | undefined> {
  for (const parsed of await localModules(url)) {
    if (!isSyntax(parsed)) continue;
    for (const { specifier, start } of await importsOf(parsed)) {
      if (is(specifier, parsed.url)) return `${pathOf(parsed.url)}:${lineAt(parsed.text, start).line}`;
    }
  }
  return undefined;
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
