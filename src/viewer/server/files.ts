// The files of a page, which the package brings: the page needs nothing from anywhere else.

import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Route } from './server.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Routes to the files in `page/`, read once: `start` is what is behind `/`. */
export function pageFiles(start: string): Map<string, Route> {
  const dir = new URL('../page/profile/', import.meta.url);
  const routes = new Map<string, Route>();
  for (const name of readdirSync(dir)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const body = readFileSync(new URL(name, dir));
    routes.set(name === start ? '/' : `/${name}`, () => ({ type, body }));
  }
  return routes;
}
