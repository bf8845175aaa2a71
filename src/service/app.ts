// The HTTP app of a service: its paths, how each request is counted and logged, and the limits for clients.

import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance } from 'fastify';
import { answering, line, onClose, remoteOf, type Unsent } from './answer.js';
import { addDebug, debugIndex } from './debug.js';
import { CLIENT_GONE } from './handler.js';
import {
  ANSWER_MS,
  BODY_BYTES,
  CHECK_MS,
  CONNECTIONS,
  HEAD_BYTES,
  HEAD_MS,
  KEEP_ALIVE_MS,
  PARAM_BYTES,
  REQUEST_MS,
} from './limits.js';
import { requestLine } from './log.js';
import { Metrics } from './metrics.js';
import { ICON_PATH, icon } from './page.js';
import type { Parts } from './parts.js';

/** An app, with what a drain needs. */
export interface App {
  readonly app: FastifyInstance;
  /** Number of requests that are being answered. */
  readonly inFlight: () => number;
  /** From now on, connections are closed after their answers, and /healthz answers 503. */
  beginDrain(): void;
}

/** Builds an app. It does not listen. */
export function createApp(parts: Parts): App {
  const { admission, routes, page, gauges, log, name } = parts;
  const metrics = new Metrics(name, admission, gauges);
  const unsent: Unsent = { bytes: 0 };
  let draining = false;
  const app = fastify({
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: HEAD_MS, connectionsCheckingInterval: CHECK_MS, maxHeaderSize: HEAD_BYTES },
    routerOptions: {
      maxParamLength: PARAM_BYTES,
      querystringParser: () => ({}), // queryOf reads queries
    },
    // Requests that arrive during a drain are answered as usual.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, _request, reply) =>
      void line(reply, error.statusCode ?? 400, `bad request: ${error.message}`),
  });
  app.server.maxConnections = CONNECTIONS;

  app.addHook('onRequest', async (request, { raw }) => {
    const since = performance.now();
    const remote = remoteOf(request); // a closed socket has no address any more
    metrics.begin();
    onClose(raw, (complete) => {
      const ms = performance.now() - since;
      metrics.end(complete ? raw.statusCode : CLIENT_GONE, ms / 1000);
      if (parts.logRequests) log(requestLine(remote, request.url, ms));
    });
  });
  app.addHook('onSend', async (_request, reply, payload) => {
    if (draining) reply.header('connection', 'close');
    const { raw } = reply;
    if (raw.destroyed) return; // its close event is over
    const length = Buffer.isBuffer(payload) ? payload.length : 0;
    unsent.bytes += length;
    const late = setTimeout(() => raw.destroy(), ANSWER_MS);
    raw.once('close', () => {
      unsent.bytes -= length;
      clearTimeout(late);
    });
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const { statusCode = 500, message } = error;
    if (statusCode >= 500) log(`${name}: ${message}`);
    line(reply, statusCode, statusCode >= 500 ? 'internal error' : `bad request: ${message}`);
  });
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    if (request.method !== 'GET' && app.hasRoute({ method: 'GET', url: path })) {
      return line(reply.header('allow', 'GET, HEAD'), 405, `${request.method}: expected GET`);
    }
    return line(reply, 404, 'not found');
  });

  app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: policy([page?.style ?? '', debugIndex(gauges()).style]) },
    strictTransportSecurity: false, // the service has no TLS
  });
  if (page) app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(page.html));
  if (routes[ICON_PATH] === undefined) {
    app.get(ICON_PATH, (_request, reply) =>
      reply.header('cache-control', 'public, max-age=86400').type('image/svg+xml').send(icon),
    );
  }
  for (const [url, route] of Object.entries(routes)) {
    app.route({ method: ['GET', 'HEAD'], url, handler: answering(route, parts, unsent) });
  }
  addDebug(app, parts);
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  app.get('/healthz', (_request, reply) => (draining ? line(reply, 503, 'draining') : line(reply, 200, 'ok')));
  app.addHook('onClose', async () => metrics.close());
  return {
    app,
    inFlight: () => metrics.inFlight,
    beginDrain() {
      draining = true;
    },
  };
}

/** The content security policy: pages may show our pictures, in these styles, and nothing else. */
function policy(styles: readonly string[]): Record<string, string[]> {
  const hashes = styles.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  return {
    defaultSrc: ["'none'"],
    imgSrc: ["'self'"],
    styleSrc: hashes,
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  };
}

/** Answers a client that sent something other than HTTP, or sent it too late, and closes the connection. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, text] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ['408 Request Timeout', 'the request took too long to come']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? ['431 Request Header Fields Too Large', `expected at most ${HEAD_BYTES} bytes of headers`]
        : ['400 Bad Request', 'expected an HTTP request'];
  const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${text.length + 1}\r\n`;
  socket.end(`${head}Connection: close\r\n\r\n${text}\n`, () => socket.destroy());
}
