// The index of /debug/pprof/: which profiles there are, how many records are in those that can be counted at a glance,
// and what each is good for. After Index in net/http/pprof.

import { iconLink } from './icon.js';
import type { Gauges } from './parts.js';

/** What is under /debug/pprof/, and what each shows. */
const entries = [
  {
    name: 'allocs',
    query: '?debug=1',
    about: 'What is allocated on the heaps of all threads within a second, or as many as seconds= says.',
  },
  { name: 'block', query: '?debug=1', about: 'Where goroutines waited for channels, mutexes and WaitGroups.' },
  { name: 'cmdline', query: '', about: 'The command line of this program, its words separated by NUL.' },
  { name: 'goroutine', query: '?debug=1', about: 'Stacks of all goroutines; with debug=2, what each is waiting for.' },
  { name: 'heap', query: '?debug=1', about: 'What is alive on the heaps of all threads.' },
  { name: 'mutex', query: '?debug=1', about: 'Who held mutexes that others waited for.' },
  { name: 'profile', query: '?seconds=5', about: 'Where processor time goes, of all threads, for so many seconds.' },
  { name: 'symbol', query: '', about: 'Names of addresses in profiles.' },
  { name: 'threadcreate', query: '?debug=1', about: 'Where threads were created.' },
  {
    name: 'trace',
    query: '?seconds=1',
    about: 'An execution trace of so many seconds, for mandel trace and go tool trace.',
  },
] as const;

const style = `
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 1rem auto; padding: 0 1rem }
table { border-spacing: 0 }
td { padding: 0 1em 0 0; vertical-align: top }
td:first-child { text-align: right }
`;

/** The page and its style. */
export function debugIndex({ goroutines, procs }: Gauges): { readonly html: string; readonly style: string } {
  const counts: Readonly<Record<string, number>> = { goroutine: goroutines, threadcreate: procs };
  const rows = entries.map(
    ({ name, query, about }) =>
      `<tr><td>${counts[name] ?? ''}</td><td><a href="${name}${query}">${name}</a></td><td>${about}</td></tr>`,
  );
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>/debug/pprof/</title>
${iconLink}
<style>${style}</style>
<h1>/debug/pprof/</h1>
<table>
<tr><td>Count</td><td>Profile</td><td></td></tr>
${rows.join('\n')}
</table>
<p><a href="goroutine?debug=2">All goroutines, each with its stack</a></p>
</html>
`;
  return { html, style };
}
