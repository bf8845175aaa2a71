// Graphviz, compiled to WebAssembly, so that `dot` need not be installed: the only module that imports it. It is loaded for the
// first picture.

import type { Viz } from '@viz-js/viz';

let loaded: Promise<Viz> | undefined;

/**
 * Draws a graph in the language dot as an SVG file.
 * @throws Error in one line, if Graphviz rejects the graph
 */
export async function graphvizSvg(dot: string): Promise<string> {
  const svg = (await graphviz())(dot);
  return svg.replace(/<svg[^>]*>/, (tag) => `${tag}\n${STYLE}`);
}

/** Loads Graphviz. @returns a synchronous function that draws, without the style that graphvizSvg() adds */
export async function graphviz(): Promise<(dot: string) => string> {
  loaded ??= import('@viz-js/viz').then(({ instance }) => instance());
  const mine = loaded;
  const viz = await mine;
  return (dot) => {
    // If drawing is interrupted, the memory of the instance is in an unknown state: the next call loads another one.
    loaded = undefined;
    let result: ReturnType<Viz['render']>;
    try {
      result = viz.render(dot, { format: 'svg', engine: 'dot' });
    } catch (error) {
      throw new Error(`pprof: Graphviz failed: ${firstLine(error)}`, { cause: error });
    }
    loaded = mine;
    if (result.status === 'success') return result.output;
    throw new Error(`pprof: Graphviz: ${firstLine(result.errors[0]?.message ?? 'no picture')}`);
  };
}

/** Boxes are sized for Times, whose small letters have this fraction of its size; most fonts that replace it are wider. */
const STYLE = '<style>text { font-size-adjust: 0.448; }</style>';

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0]!;
}
