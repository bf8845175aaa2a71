// The flags of pictures: their size, the part of the plane that they show, and the kernel that paints them.

import {
  expectedPoint,
  expectedZoom,
  kernels,
  MIDDLE,
  type Part,
  partOf,
  pointIn,
  SPAN,
  sceneView,
  type View,
  zoomIn,
} from '../../mandelbrot/view.js';
import type { Command } from '../commander.js';
import { BadUsage, choice, wholeNumber } from '../usage.js';

export interface PartFlags {
  readonly center?: string;
  readonly zoom?: string;
}

export interface ViewFlags extends PartFlags {
  readonly engine: string;
  readonly kernel: string;
  readonly iterations?: string;
}

/** The most that -iterations accepts: a round number below 2^31, because it is a 32-bit word of the picture. */
const MAX_ITERATIONS = 1_000_000_000;

/** Adds the flags for the size. A scene has a scale of its own: a smaller picture shows less of it, not the same at a smaller scale. */
export function sizeOptions(command: Command): Command {
  return command
    .option('--w <pixels>', "width (default: the scene's); without -zoom a small picture is a corner of the scene")
    .option('--h <pixels>', "height (default: the scene's); with -zoom 1 all of the set fits into any size");
}

/** Adds the flags for the part of the plane. */
export function partOptions(command: Command): Command {
  return command
    .option(
      '--center <re,im>',
      `the point in the middle, instead of the scene's own part (with -zoom alone: ${MIDDLE})`,
    )
    .option(
      '--zoom <z>',
      `scale the picture: its shorter side is ${SPAN} / z of the plane; 1 shows all of the set (with -center alone: 1)`,
    );
}

/** Adds the flags for the part of the plane and for the kernel. */
export function viewOptions(command: Command): Command {
  command.option('--kernel <name>', 'what computes the pixels: plain, the loop of the lesson, or fast', 'plain');
  return partOptions(command).option(
    '--iterations <n>',
    `iterations after which a point counts as inside (default: ${sceneView.iterations})`,
  );
}

/** The part of the plane that the flags ask for. @throws BadUsage */
export function partIn({ center, zoom }: PartFlags): Part {
  const point = center === undefined ? undefined : pointIn(center);
  if (center !== undefined && point === undefined) throw wrong('center', expectedPoint, center);
  const z = zoom === undefined ? undefined : zoomIn(zoom);
  if (zoom !== undefined && z === undefined) throw wrong('zoom', expectedZoom, zoom);
  return partOf(point, z);
}

const wrong = (flag: string, expected: string, got: string) =>
  new BadUsage(`-${flag}: expected ${expected}, got ${JSON.stringify(got)}`);

/** The part, as a line about a picture has it after the size: '' if it is the scene's own. */
export function aboutPart({ zoom, re, im }: Part): string {
  return zoom === 0 ? '' : `, center ${re},${im} zoom ${zoom}`;
}

/**
 * The view that the flags ask for. If the fast kernel cannot run, this is printed, and the view is painted with the plain one.
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
  const part = partIn(flags);
  return { ...sceneView, iterations, ...part, kernel: id === 0 ? id : await fastOrPlain(id) };
}

async function fastOrPlain(fast: number): Promise<number> {
  const { lacking } = await import('../../mandelbrot/fast/module.js');
  const why = lacking();
  if (why === undefined) return fast;
  process.stderr.write(`mandel: -kernel fast: ${why}; painting with plain\n`);
  return sceneView.kernel;
}
