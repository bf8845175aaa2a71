// /debug/pprof/: what the program does, while it does it. After net/http/pprof: the same paths, parameters and headers, so
// that `go tool pprof` and `go tool trace` find what they look for.

import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLocalHost, isLoopback } from '../lib/address.js';
import { encodeProfile } from '../pprof/proto.js';
import type { ProfileKind } from '../runtime/start.js';
import { line, untilGone } from './answer.js';
import { debugIndex } from './debugindex.js';
import type { Call, Head } from './handler.js';
import { PROFILE_SECONDS } from './limits.js';
import type { Parts } from './parts.js';
import { profileText } from './profiletext.js';
import { BadQuery, queryOf, queryText } from './query.js';
import { Symbols } from './symbol.js';

/** The profiles that have a path of their name; that of the processor's is `profile`. */
const kinds: readonly ProfileKind[] = ['allocs', 'block', 'goroutine', 'heap', 'mutex', 'threadcreate'];

/** Seconds of a processor profile and of a trace, unless somebody says otherwise; as Go's. */
const CPU_SECONDS = 30;
const TRACE_SECONDS = 1;

/** Answers that something is wrong, in the way that tells Go's tools that it is we who say so. */
function refuse(reply: FastifyReply, status: number, text: string): FastifyReply {
  return line(reply.header('x-go-pprof', '1'), status, text);
}

/** Answers with a file for a tool. */
function file(reply: FastifyReply, name: string): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('content-disposition', `attachment; filename="${name}"`)
    .type('application/octet-stream');
}

/** The parameter `seconds`, undefined if it is not there. @throws BadQuery */
function secondsIn(query: URLSearchParams): number | undefined {
  const text = query.get('seconds');
  if (text === null) return undefined;
  const seconds = Number(text);
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text) && seconds > 0 && seconds <= PROFILE_SECONDS) return seconds;
  const shown = JSON.stringify(text.slice(0, 40));
  throw new BadQuery(`seconds: expected a number above 0 and up to ${PROFILE_SECONDS}, got ${shown}`);
}

/** The parameter `debug`, 0 if it is not there. @throws BadQuery */
function debugIn(query: URLSearchParams): number {
  const text = query.get('debug') ?? '0';
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new BadQuery(`debug: expected 0, 1 or 2, got ${JSON.stringify(text.slice(0, 40))}`);
}

/** Adds what is under /debug/pprof/ to an app. */
export function addDebug(app: FastifyInstance, parts: Parts): void {
  const symbols = new Symbols();
  app.register(
    async (debug) => {
      debug.addHook('onRequest', async ({ socket, headers }, reply) => {
        if (parts.pprof === 'any') return undefined;
        // No Host is HTTP/1.0, which no browser speaks.
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

  /** The profile as it is or of some seconds, for a tool or as text. */
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
    return file(reply, name).send(Buffer.from(encodeProfile(profile)));
  }
}

/** Has a goroutine trace the run for so many seconds, and sends the file. */
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
    const traced = await open(path); // it outlives its name
    return file(reply, 'trace').send(createReadStream('', { fd: traced }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
