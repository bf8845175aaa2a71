// Text in Graphviz's language dot.

import { replaceUnwritable } from '../lib/characters.js';

/**
 * Text as it may stand between quotes; its lines end at the left. Unlike Go, `&` is written out, which Graphviz would take
 * for the beginning of an entity, and nothing is left that an SVG file cannot have.
 */
export function quoted(text: string): string {
  return replaceUnwritable(text)
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('&', '&amp;')
    .replaceAll('\r', ' ')
    .replaceAll('\n', '\\l');
}
