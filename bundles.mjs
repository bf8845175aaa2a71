// The second half of the build. A thread is up when its modules are loaded, and Node takes longer to fetch fifty small
// ones than to run what is in them. So those that every thread needs become one file, and those that the command needs
// before it can start threads another. The modules stay where they were, as files that hand on what is in the bundle:
// whoever imports them, a program or a test, has the same runtime as the threads.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { build } from 'rolldown';
import { formulas, inlined, inlineUnder } from './scripts/inline.mjs';

const src = resolve('src');

/** The command: a file of its own, which imports bundles and not the files that hand them on. */
const command = /^cli\./;

/** The bundles, in the folder that their files' relative URLs count from, and what is in them. */
const bundles = [
  {
    name: 'runtime/sched/core',
    modules:
      /^(go\/|lib\/(minheap|numbers|systemerror|rng)|runtime\/(memory\/(?!reserve)|value\/|sched\/|run\/(program|result|snapshot|stray|threadstate)\.|report\/circles|profiling\/(handshake|part)\.|threads\/(idle|loopwork|m|park|stw)\.))/,
  },
  { name: 'mandelbrot/fast/picture', modules: /^mandelbrot\/(fast\/module|fill|image|index|png|scene)\./ },
  { name: 'runtime/threads/host', modules: /^runtime\/(start|run\/programurl|threads\/(run|runprofiles))\./ },
  {
    name: 'runtime/report/reporting',
    modules: /^runtime\/report\/(report|source|stacktext)\./,
  },
  { name: 'runtime/tracing/lookup', modules: /^runtime\/tracing\/(frames|kinds|sites)\./ },
  {
    name: 'runtime/profiling/recording',
    modules: /^runtime\/profiling\/(?!handshake|part)\w+\./,
  },
  { name: 'profile/making', modules: /^(profile\/(?!index|live|start)|pprof\/(profile|proto)\.|lib\/protowriter\.)/ },
  {
    name: 'trace/reading',
    modules: /^trace\/((check|columns|header|idmap|link|model|parse|tables)\.|(v1|v2|analysis)\/(?!parsed|quote))/,
  },
  { name: 'terminal/early', modules: /^(commands\/commands|terminal\/(goflags|warmup))\./ },
  {
    name: 'commands/front',
    modules:
      /^(commands\/(main|render)|terminal\/(commander|interrupt|output|progress|text|usage|flags\/(engine|recording|view))|lib\/(lines|locale|nearest))\./,
  },
];

for (const { name } of bundles) {
  if (existsSync(resolve(src, `${name}.ts`)))
    throw new Error(`expected a bundle that no module is named like, got ${name}`);
}

/** Path of a module from src/. */
const place = (id) => relative(src, id).split(sep).join('/');
const bundled = (id) => command.test(place(id)) || bundles.some(({ modules }) => modules.test(place(id)));

const modules = readdirSync(src, { recursive: true })
  .map((file) => resolve(src, file))
  .filter((id) => id.endsWith('.ts') && bundled(id));

/**
 * V8 takes a constant of a module for one only if the module does not export it; what it exports is read again at every use.
 * So bundles export copies, but for variables that change. Lines stay where they are, and so does the source map.
 */
const exportCopies = {
  name: 'export-copies',
  renderChunk(code, chunk) {
    const [clause, list] = /^export \{ (.*) \};$/m.exec(code) ?? [];
    if (list === undefined || !bundles.some(({ name }) => name === chunk.name)) return null;
    const names = list.split(', ').map((each) => each.split(' as '));
    const changes = new Set([...code.matchAll(/^let ([\w$]+)/gm)].map(([, name]) => name));
    const copied = names.map(([name]) => name).filter((name) => !changes.has(name));
    const exported = names.map(([name, as = name]) => `${changes.has(name) ? name : `${name}$copy`} as ${as}`);
    const copies = copied.map((name) => `${name}$copy = ${name}`);
    return {
      code: code.replace(clause, () => `const ${copies.join(', ')}; export { ${exported.join(', ')} };`),
      map: null,
    };
  },
};

/** Rolldown's helpers, which each bundle imports and none needs: one file less to load. Lines stay where they are. */
const noHelpers = {
  name: 'no-helpers',
  renderChunk(code) {
    return { code: code.replace(/^import "[./]*\/rolldown-runtime\.js";$/m, ''), map: null };
  },
};

const addresses = formulas(readFileSync(resolve(src, 'runtime/memory/address.ts'), 'utf8'));

/** Additions with types, written out; in the modules that are in no bundle too. */
const inlineAddresses = {
  name: 'inline-addresses',
  transform: (code) => ({ code: inlined(code, addresses), map: null }),
};
inlineUnder('dist/src', addresses);

// Through the API: the command lists all that it writes, which is no news in an install.
await build({
  logLevel: 'warn',
  input: Object.fromEntries(modules.map((id) => [place(id).replace(/\.ts$/, ''), id])),
  platform: 'node',
  treeshake: false,
  preserveEntrySignatures: 'strict',
  resolve: { extensionAlias: { '.js': ['.ts'] } },
  // What is in no bundle stays a file of its own.
  plugins: [inlineAddresses, exportCopies, noHelpers],
  external: (id, importer) => importer !== undefined && !bundled(resolve(importer, '..', id.replace(/\.js$/, '.ts'))),
  output: {
    dir: 'dist/src',
    cleanDir: false,
    sourcemap: true,
    sourcemapExcludeSources: true, // they are shipped as they are, and a profile has to read the map
    comments: false,
    minifyInternalExports: false,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    codeSplitting: {
      groups: bundles.map(({ name, modules: these }) => ({ name, test: (id) => these.test(place(id)) })),
    },
  },
});
