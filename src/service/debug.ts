// /debug/pprof/: profiles and traces of the running program. After net/http/pprof: the same paths, parameters and headers, so
// that `go tool pprof` and `go tool trace` work with it.

import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLocalHost, isLoopback } from '../lib/address.js';
import type { Profile } from '../pprof/profile.js';
import { encodeProfile } from '../pprof/proto.js';
import type { ProfileKind } from '../runtime/start.js';
import { line, untilGone } from './answer.js';
import type { Call, Head } from './handler.js';
import { PROFILE_SECONDS } from './limits.js';
import { iconLink } from './page.js';
import type { Gauges, Parts } from './parts.js';
import { BadQuery, queryOf, queryText } from './query.js';

/** The profiles whose path is their name; the path of the CPU profile is `profile`. */
const kinds: readonly ProfileKind[] = ['allocs', 'block', 'goroutine', 'heap', 'mutex', 'threadcreate'];

/** Default duration of a CPU profile and of a trace, in seconds; as in Go. */
const CPU_SECONDS = 30;
const TRACE_SECONDS = 1;

/** Answers with an error, marked as Go's tools expect it of net/http/pprof, so that they print its text. */
function refuse(reply: FastifyReply, status: number, text: string): FastifyReply {
  return line(reply.header('x-go-pprof', '1'), status, text);
}

/** Prepares an answer that is a file for a tool. */
function asFile(reply: FastifyReply, name: string): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('content-disposition', `attachment; filename="${name}"`)
    .type('application/octet-stream');
}

/** The parameter `seconds`; undefined if there is none. @throws BadQuery */
function secondsIn(query: URLSearchParams): number | undefined {
  const text = query.get('seconds');
  if (text === null) return undefined;
  const seconds = Number(text);
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text) && seconds > 0 && seconds <= PROFILE_SECONDS) return seconds;
  const shown = JSON.stringify(text.slice(0, 40));
  throw new BadQuery(`seconds: expected a number above 0 and up to ${PROFILE_SECONDS}, got ${shown}`);
}

/** The parameter `debug`; 0 if there is none. @throws BadQuery */
function debugIn(query: URLSearchParams): number {
  const text = query.get('debug') ?? '0';
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new BadQuery(`debug: expected 0, 1 or 2, got ${JSON.stringify(text.slice(0, 40))}`);
}

/** Adds the routes under /debug/pprof/ to an app. */
export function addDebug(app: FastifyInstance, parts: Parts): void {
  const symbols = new Symbols();
  app.register(
    async (debug) => {
      debug.addHook('onRequest', async ({ socket, headers }, reply) => {
        if (parts.pprof === 'any') return undefined;
        // A request without Host is HTTP/1.0, which no browser speaks.
        if (isLoopback(socket.remoteAddress) && isLocalHost(headers.host ?? 'localhost')) return undefined;
        return refuse(
          reply,
          403,
          'profiles disclose source: only this machine may ask, by the name localhost or 127.0.0.1',
        );
      });
      debug.setErrorHandler((error: Error, _request, reply) =>
        refuse(reply, error instanceof BadQuery ? 400 : 500, error.message),
      );
      debug.get('', (_request, reply) => reply.redirect('/debug/pprof/', 301));
      debug.get('/', { prefixTrailingSlash: 'slash' }, (_request, reply) =>
        reply
          .header('cache-control', 'no-store')
          .type('text/html; charset=utf-8')
          .send(debugIndex(parts.gauges()).html),
      );
      debug.get('/cmdline', (_request, reply) => reply.type('text/plain; charset=utf-8').send(parts.argv.join('\0')));
      const ask = { exposeHeadRoute: false };
      debug.get('/profile', ask, async (request, reply) => {
        const seconds = secondsIn(queryOf(request.url)) ?? CPU_SECONDS;
        return send(reply, 'profile', 'cpu', { seconds });
      });
      for (const kind of kinds) {
        debug.get(`/${kind}`, ask, (request, reply) => snapshot(kind, request, reply));
      }
      debug.get('/trace', ask, async (request, reply) => {
        const seconds = secondsIn(queryOf(request.url)) ?? TRACE_SECONDS;
        return trace(parts, seconds, reply);
      });
      debug.get('/symbol', ({ url }, reply) =>
        reply.type('text/plain; charset=utf-8').send(symbols.answer(queryText(url))),
      );
      debug.removeAllContentTypeParsers();
      debug.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
      debug.post('/symbol', ({ body }, reply) =>
        reply.type('text/plain; charset=utf-8').send(symbols.answer(String(body ?? ''))),
      );
      debug.get('/*', (_request, reply) =>
        refuse(reply, 404, 'no such profile; /debug/pprof/ lists those that there are'),
      );
    },
    { prefix: '/debug/pprof' },
  );

  /** A profile of the run so far or of some seconds, for a tool or as text. */
  async function snapshot(kind: ProfileKind, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const query = queryOf(request.url);
    const seconds = secondsIn(query);
    const debug = debugIn(query);
    if (debug !== 0 && seconds !== undefined) {
      throw new BadQuery('seconds: expected without debug, because what is added in some seconds has no text');
    }
    if (debug === 0)
      return send(reply, seconds === undefined ? kind : `${kind}-delta`, kind, { ...(seconds && { seconds }) });
    reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8');
    if (kind === 'goroutine') return reply.send(await parts.profiles.goroutines(debug === 1 ? 1 : 2));
    return reply.send(profileText(kind, await parts.profiles.profile(kind, { signal: untilGone(reply) })));
  }

  async function send(
    reply: FastifyReply,
    name: string,
    kind: ProfileKind,
    options: { readonly seconds?: number },
  ): Promise<FastifyReply> {
    const profile = await parts.profiles.profile(kind, { ...options, signal: untilGone(reply) });
    symbols.learn(profile);
    return asFile(reply, name).send(Buffer.from(encodeProfile(profile)));
  }
}

/** Lets a goroutine trace the run for `seconds`, and sends the file. */
async function trace({ dial }: Parts, seconds: number, reply: FastifyReply): Promise<FastifyReply> {
  const folder = await mkdtemp(join(tmpdir(), 'mandel-trace-'));
  try {
    const path = join(folder, 'trace');
    const answer = await dial(
      JSON.stringify({ handler: 'traceFor', query: { path, seconds } } satisfies Call),
      untilGone(reply),
    );
    const { status } = JSON.parse(answer.head) as Head;
    const text = answer.body.toString();
    answer.done();
    if (status !== 200) return refuse(reply, status, text.trim());
    const traced = await open(path); // it can still be read after it is removed
    return asFile(reply, 'trace').send(createReadStream('', { fd: traced }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The rows of the index. */
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

/** The index: the page, and its style, which the policy must allow. After Index in net/http/pprof. */
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

/** A profile as text, as ?debug=1 shows it: the stacks with the most of the last value first. */
function profileText(kind: string, { sampleTypes, samples, locations, functions }: Profile): string {
  const last = sampleTypes.length - 1;
  const total = (k: number) => samples.reduce((sum, { values }) => sum + values[k]!, 0);
  const amounts = (values: readonly number[]) =>
    sampleTypes.map(({ type, unit }, k) => `${values[k]} ${type}${unit === 'count' ? '' : ` (${unit})`}`).join(', ');
  const stack = (places: readonly number[]) =>
    places.flatMap((place) =>
      locations[place]!.lines.map(({ func, line }) => {
        const { name, file } = functions[func]!;
        return `#\t${name}\t${file}:${line}\n`;
      }),
    );
  const sorted = [...samples].sort((a, b) => b.values[last]! - a.values[last]!);
  return [
    `${kind} profile: ${amounts(sampleTypes.map((_, k) => total(k)))}\n`,
    ...sorted.map((sample) => `\n${amounts(sample.values)}\n${stack(sample.locations).join('')}`),
  ].join('');
}

/**
 * The names of the addresses in profiles, for tools that ask for them. Our profiles contain the names, so hardly any tool does.
 * After Symbol in net/http/pprof.
 */
class Symbols {
  readonly #names = new Map<number, string>();

  /** Stores the names in this profile. */
  learn({ locations, functions }: Profile): void {
    for (const { address, lines } of locations) {
      const [line] = lines;
      if (line) this.#names.set(Number(address), functions[line.func]!.name);
    }
  }

  /** The answer to `addresses`, numbers joined by plus signs: one line for each that has a name. */
  answer(addresses: string): string {
    const lines = addresses.split('+').flatMap((word) => {
      const address = /^(0x[\da-f]+|\d+)$/i.test(word) ? Number(word) : 0;
      const name = this.#names.get(address);
      return name === undefined ? [] : [`0x${address.toString(16)} ${name}\n`];
    });
    // Tools read this line to see whether there are names at all: any number above 0 says yes.
    return `num_symbols: 1\n${lines.join('')}`;
  }
}
