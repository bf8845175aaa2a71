// The modules of a program: those that a run is given, and the ones of the program's own that they import. A goroutine's body
// may be an export of any of them, as in Go the body may be of another package.

import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The package that this is a part of: its modules import nothing of a program's. */
const OURS = new URL('../../', import.meta.url).href;

/** True if an import of `source` is one of mandel/go, by its name or by its file. */
export function isGo(source: string): boolean {
  return source === 'mandel/go' || source === GO;
}
const GO = new URL('go/index.js', OURS).href;

/**
 * The URL of a module of the program's own, as Node resolves it: a JavaScript or TypeScript file outside of packages.
 * Undefined if it is none.
 */
export function localUrl(source: string, from: string): string | undefined {
  if (!/^(\.{0,2}\/|file:)/.test(source)) return undefined;
  const url = new URL(source, from);
  if (!/\.m?[jt]s$/.test(url.pathname) || url.pathname.includes('/node_modules/')) return undefined;
  const real = pathToFileURL(realpathSync(fileURLToPath(url)));
  real.search = url.search;
  real.hash = url.hash;
  return real.href.startsWith(OURS) ? undefined : real.href;
}

/**
 * The modules of the program's own that these import, and those that these import, and so on: in the same order for every caller.
 * None if a module cannot be read; loading it will say what is wrong.
 */
export async function importedModules(entries: readonly string[]): Promise<string[]> {
  try {
    const urls = entries.flatMap((entry) => localUrl(entry, entry) ?? []);
    if (!urls.some(importsFiles)) return [];
    const { readModule } = await import('../../lib/esmodule.js'); // most programs are one file
    const found = new Set(urls);
    for (const url of found) {
      for (const { source } of readModule(url).imports) {
        const local = localUrl(source, url);
        if (local !== undefined) found.add(local); // and the loop comes to it
      }
    }
    return [...found].filter((url) => !urls.includes(url));
  } catch {
    return [];
  }
}

/** False if the module imports no file for certain: then it need not be parsed. */
function importsFiles(url: string): boolean {
  return /['"](\.{0,2}\/|file:)/.test(readFileSync(fileURLToPath(url), 'utf8'));
}
