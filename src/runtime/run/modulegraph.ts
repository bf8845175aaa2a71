// Module graph of a program: the modules that a run is given, and the local modules that these import. A goroutine's body may
// be an export of any of them, as in Go a body may belong to another package.

import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder of this package's sources, which import no module of a program. */
const OURS = new URL('../../', import.meta.url).href;

/** True if `source` names mandel/go, by the package's name or by its file. */
export function isGo(source: string): boolean {
  return source === 'mandel/go' || source === GO;
}
const GO = new URL('go/index.js', OURS).href;

/**
 * The URL of a local module, as Node resolves it: a JavaScript or TypeScript file outside of every package. Undefined if
 * `source` names something else.
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
 * The local modules that these import, directly or through others, always in the same order. None if a module cannot be read:
 * loading it will report why.
 */
export async function importedModules(entries: readonly string[]): Promise<string[]> {
  try {
    const urls = entries.flatMap((entry) => localUrl(entry, entry) ?? []);
    if (!urls.some(importsFiles)) return [];
    const { readModule } = await import('../../lib/esmodule.js'); // not for most programs, which are one file
    const found = new Set(urls);
    for (const url of found) {
      for (const { source } of readModule(url).imports) {
        const local = localUrl(source, url);
        if (local !== undefined) found.add(local); // the loop visits what is added
      }
    }
    return [...found].filter((url) => !urls.includes(url));
  } catch {
    return [];
  }
}

/** False if the module certainly imports no file, and need not be parsed. */
function importsFiles(url: string): boolean {
  return /['"](\.{0,2}\/|file:)/.test(readFileSync(fileURLToPath(url), 'utf8'));
}
