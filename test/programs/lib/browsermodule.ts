// Modules of ours with all that they import, as one text that a browser can run.

import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** The root of the repository, from here or from dist/. */
const root = fileURLToPath(import.meta.url).replace(/(dist\/)?test\/programs\/lib\/\w+\.[jt]s$/, '');

/**
 * Joins modules, TypeScript files by their paths from the root of the repository.
 *
 * @returns the text of the first one
 * @throws Error if one of them imports what is not ours, such as a module of Node
 */
export async function browserModule(first: string, ...others: readonly string[]): Promise<string> {
  const ours = {
    name: 'ours',
    resolveId(name: string, importer: string | undefined) {
      if (name.startsWith('#src/')) return join(root, 'src', name.slice('#src/'.length).replace(/\.js$/, '.ts'));
      if (importer === undefined || /^\.{0,2}\//.test(name)) return null;
      throw new Error(`${relative(root, importer)}: expected an import that a browser can load, got ${name}`);
    },
  };
  const bundle = await rolldown({
    input: [first, ...others].map((path) => join(root, path)),
    platform: 'browser',
    plugins: [ours],
    resolve: { extensionAlias: { '.js': ['.ts'] } },
    logLevel: 'silent', // what goes wrong is thrown
  });
  const { output } = await bundle.generate({ codeSplitting: others.length > 0 });
  await bundle.close();
  return output[0].code;
}
