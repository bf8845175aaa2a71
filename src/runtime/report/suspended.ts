// Where a suspended goroutine is. JavaScript itself does not tell at which line a generator was left; V8's inspector
// does, and answers its own thread at once. It takes some 50 ms, so only reports of a run that is over use it.

import type { Runtime, Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { sourcePosition } from './source.js';

/** More than a person reads; each takes a fraction of a millisecond. */
const MOST = 1000;

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** `file:line:column` of each of these suspended generators; undefined where it cannot be known. */
export function locate(goroutines: readonly object[]): (string | undefined)[] {
  if (goroutines.length === 0) return [];
  const inspector = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
  const session = new inspector.Session();
  session.connect();
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
  session.post('Debugger.enable');
  const key = Symbol.for('mandel.where');
  const slot = globalThis as Record<symbol, unknown>;
  try {
    return goroutines.map((goroutine, k) => {
      if (k >= MOST) return undefined;
      slot[key] = goroutine;
      const at = locationOf(session, `globalThis[Symbol.for('mandel.where')]`);
      const url = at && urls.get(at.scriptId);
      return url ? sourcePosition(url, at.lineNumber + 1, at.columnNumber + 1) : undefined;
    });
  } finally {
    delete slot[key];
    session.disconnect();
  }
}

function locationOf(session: Session, expression: string): Location | undefined {
  let found: Location | undefined;
  session.post('Runtime.evaluate', { expression }, (_error, evaluated) => {
    const objectId = evaluated?.result.objectId;
    if (objectId === undefined) return;
    session.post('Runtime.getProperties', { objectId, ownProperties: true }, (_failed, properties) => {
      const internal: Runtime.InternalPropertyDescriptor[] = properties?.internalProperties ?? [];
      found = internal.find((p) => p.name === '[[GeneratorLocation]]')?.value?.value;
    });
  });
  return found;
}
