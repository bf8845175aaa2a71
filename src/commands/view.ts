// The flags that say which part of the plane a picture shows, and which kernel paints it.

import { kernels, SPAN, sceneView, type View } from '../mandelbrot/view.js';
import type { Command } from './commander.js';
import { BadUsage, choice, wholeNumber } from './usage.js';

export interface ViewFlags {
  readonly engine: string;
  readonly kernel: string;
  readonly center?: string;
  readonly zoom?: string;
  readonly iterations?: string;
}

const MAX_ITERATIONS = 1_000_000_000;
/** Beyond this neighbouring pixels are the same number. */
const MAX_ZOOM = 1e15;
/** The middle of the set, roughly. */
const MIDDLE = '-0.75,0';

/** Adds the flags to a command. */
export function viewOptions(command: Command): Command {
  return command
    .option('--kernel <name>', 'what computes the pixels: plain, the loop of the lesson, or fast', 'plain')
    .option('--center <re,im>', `show the plane around this point instead of the scene's part (default: ${MIDDLE})`)
    .option('--zoom <z>', `so that the shorter side is ${SPAN} / z; 1, the default, shows all of the set`)
    .option('--iterations <n>', `turns after which a point is inside (default: ${sceneView.iterations})`);
}

/**
 * The view that the flags ask for. Where there is no fast kernel it says so, and takes the plain one.
 * @throws BadUsage
 */
export async function viewOf(flags: ViewFlags): Promise<View> {
  const { id } = choice('kernel', flags.kernel, kernels);
  if (id !== 0 && flags.engine === 'sim') {
    throw new BadUsage('-kernel fast: expected -engine threads with it, got -engine sim, which has no price for it');
  }
  const iterations =
    flags.iterations === undefined
      ? sceneView.iterations
      : wholeNumber('iterations', flags.iterations, 1, MAX_ITERATIONS);
  const moved = flags.center !== undefined || flags.zoom !== undefined;
  const place = moved ? { zoom: zoomOf(flags.zoom ?? '1'), ...pointOf(flags.center ?? MIDDLE) } : {};
  return { ...sceneView, iterations, ...place, kernel: id === 0 ? id : await usable(id) };
}

async function usable(fast: number): Promise<number> {
  const { lacking } = await import('../mandelbrot/fast/module.js');
  const why = lacking();
  if (why === undefined) return fast;
  process.stderr.write(`mandel: -kernel fast: ${why}; painting with plain\n`);
  return sceneView.kernel;
}

function zoomOf(text: string): number {
  const z = numberOf(text);
  if (z > 0 && z <= MAX_ZOOM) return z;
  throw new BadUsage(`-zoom: expected a number above 0, up to ${MAX_ZOOM}, got ${JSON.stringify(text)}`);
}

function pointOf(text: string): { readonly re: number; readonly im: number } {
  const [re = Number.NaN, im = Number.NaN, ...more] = text.split(',').map(numberOf);
  if (Number.isFinite(re) && Number.isFinite(im) && more.length === 0) return { re, im };
  throw new BadUsage(`-center: expected a point as RE,IM, such as -0.75,0.1, got ${JSON.stringify(text)}`);
}

/** NaN for what is no decimal number. */
function numberOf(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}
