// The one door to Graphviz, which is compiled to WebAssembly: no `dot` has to be installed. It is loaded when a picture is
// asked for, and not before.

import type { Viz } from '@viz-js/viz';

let loaded: Promise<Viz> | undefined;

/**
 * The SVG file of a graph in the language dot.
 * @throws Error in one line, if Graphviz does not take it
 */
export async function graphvizSvg(dot: string): Promise<string> {
  const svg = (await graphviz())(dot);
  return svg.replace(/<svg[^>]*>/, (tag) => `${tag}\n${STYLE}`);
}

/** What draws, once it is loaded: for callers that may not wait while they draw, and that have styles of their own. */
export async function graphviz(): Promise<(dot: string) => string> {
  loaded ??= import('@viz-js/viz').then(({ instance }) => instance());
  const mine = loaded;
  const viz = await mine;
  return (dot) => {
    // If it is stopped while it draws, its memory is in an unknown state: whoever draws next gets another one.
    loaded = undefined;
    let result: ReturnType<Viz['render']>;
    try {
      result = viz.render(dot, { format: 'svg', engine: 'dot' });
    } catch (error) {
      throw new Error(`pprof: Graphviz gave up: ${firstLine(error)}`, { cause: error });
    }
    loaded = mine;
    if (result.status === 'success') return result.output;
    throw new Error(`pprof: Graphviz: ${firstLine(result.errors[0]?.message ?? 'no picture')}`);
  };
}

/** Boxes are made for Times, whose small letters have this part of its size: most fonts that stand in for it are wider. */
const STYLE = '<style>text { font-size-adjust: 0.448; }</style>';

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0]!;
}
