// The program of a service: its main goroutine accepts calls, and each is served in a goroutine of its own, with an arena
// for the objects that it allocates. After (*Server).Serve and (*conn).serve in net/http/server.go.
//
// The URLs of the modules with the handlers are in the query of this module's URL (see serviceProgram), so that they are loaded before
// main starts.

import { writeSync } from 'node:fs';
import { type Conn, type Go, goArena, listen, UsageError, WaitGroup } from '../go/index.js';
import { modes, moduleOf } from '../modes/index.js';
import type { Call, Handler, Head, Request, Response } from './handler.js';
import { stamp } from './log.js';

/** File descriptor of standard error. */
const STDERR = 2;

const handlers = new Map<string, Handler>();
for (const url of new URL(import.meta.url).searchParams.getAll('handlers')) {
  for (const [name, value] of Object.entries(await import(url))) {
    if (typeof value === 'function') handlers.set(name, value as Handler);
  }
}

/**
 * The modules of a service's program: its main goroutine, the handlers, and the bodies of all goroutines that they start.
 * @param handlers URLs of modules whose exported functions are handlers, besides our own: picture and traceFor
 */
export function serviceProgram(handlers: readonly string[] = []): string[] {
  const own = [new URL('./picture.js', import.meta.url), new URL('./tracehandler.js', import.meta.url)].map(String);
  const all = [...own, ...handlers];
  const program = new URL('./program.js', import.meta.url);
  for (const url of all) program.searchParams.append('handlers', url);
  return [program.href, ...all, ...modes.map(moduleOf)];
}

/** Accepts calls until the listener is closed, and waits until all are served. */
export function* main(): Go {
  const l = listen();
  const wg = new WaitGroup();
  for (;;) {
    const c = yield* l.accept();
    if (c === null) break;
    wg.add(1);
    goArena(serve, c, wg);
  }
  yield* wg.wait();
}

/** Serves one call. */
export function* serve(c: Conn, wg: WaitGroup): Go {
  try {
    const call = JSON.parse(c.request) as Call;
    const response = yield* respond(c, call);
    const { status = 200, headers = {}, body } = response;
    const head: Head = { status, headers };
    yield* c.write(JSON.stringify(head), typeof body === 'string' ? Buffer.from(body) : body);
  } finally {
    c.close();
    wg.done();
  }
}

function* respond(c: Conn, { handler, query, remote = '' }: Call): Go<Response> {
  const request: Request = {
    query,
    remote,
    goneAt: c.goneAt,
    get gone() {
      return c.gone;
    },
  };
  const serve = handlers.get(handler);
  if (serve === undefined) return plain(404, `no handler ${JSON.stringify(handler)} in this service\n`);
  try {
    const result = serve(request);
    return checkResponse(handler, isGoroutine(result) ? yield* result : result);
  } catch (error) {
    logPanic(remote, error);
    return plain(500, 'the handler has panicked\n');
  }
}

function isGoroutine(result: Go<Response> | Response): result is Go<Response> {
  return typeof result === 'object' && result !== null && Symbol.iterator in result && 'next' in result;
}

/** Checks a handler's result. @throws UsageError, which becomes a 500 and a line in the log */
function checkResponse(handler: string, response: unknown): Response {
  const body = typeof response === 'object' && response !== null && 'body' in response ? response.body : undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return response as Response;
  const awaits =
    typeof response === 'object' && response !== null && ('then' in response || Symbol.asyncIterator in response);
  const got = awaits ? 'a promise: a goroutine cannot await, declare it `function*`' : 'something else';
  throw new UsageError(`${handler}: expected a handler that returns { body }, a string or bytes, got ${got}`);
}

function plain(status: number, body: string): Response {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

/** Logs a panic as net/http does. The process continues. */
function logPanic(remote: string, error: unknown): void {
  const what = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? '').replace(/^(?! +at ).*\n/gm, '') : '';
  try {
    writeSync(
      STDERR,
      `${stamp(new Date())} http: panic serving ${remote}: ${what}\n${stack}${stack === '' ? '' : '\n'}`,
    );
  } catch {
    // Standard error is closed, which must not end the service.
  }
}
