// The fast kernel on this thread: its module is compiled when the first picture asks for it, and works in the memory of
// the run. kernel.ts beside this is AssemblyScript; the build makes kernel.wasm of it.

import { readFileSync } from 'node:fs';
import { charge, reserveForWasm, scratch, wasmMemory, work } from '../../go/types.js';
import { type WasmModule, wasm } from '../../lib/wasm.js';
import type { Img } from '../image.js';

/** What the module exports. Places are offsets in bytes. */
interface Kernel {
  /** Paints `count` pixels from (x, y) on in steps of (dx, dy), which are so many bytes apart. @returns turns of the loop in vectors */
  span(
    view: number,
    scratch: number,
    at: number,
    stride: number,
    count: number,
    x: number,
    y: number,
    dx: number,
    dy: number,
  ): number;
  /** Paints one pixel. @returns turns of the loop */
  pixel(view: number, at: number, x: number, y: number): number;
  /** Turns that the last span has made outside of vectors. */
  turns(): number;
}

let module: WasmModule | undefined;
let kernel: Kernel | undefined;

function load(): void {
  module ??= new wasm!.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)));
}

/** Why there is no fast kernel here; undefined if there is one. */
export function lacking(): string | undefined {
  if (!wasm) return 'this Node has no WebAssembly';
  try {
    load();
  } catch (error) {
    return `this Node cannot load it: ${(error as Error).message}`;
  }
  return reserveForWasm() ? undefined : 'no room for the memory that it works in (ulimit -v)';
}

/** The kernel, over the memory that this thread has for all of its runs. */
function kernelHere(): Kernel {
  if (kernel) return kernel;
  load();
  kernel = new wasm!.Instance(module!, { env: { memory: wasmMemory } }).exports as Kernel;
  return kernel;
}

/** Words that a span works with. */
const SCRATCH_WORDS = 1024;

/** Paints the pixel (x, y). */
export function fastPixel(m: Img, x: number, y: number): void {
  charge(work.iteration, kernelHere().pixel(m.viewAt, m.pix.byteOffset + x * m.h + y, x, y));
}

/** Paints all pixels with x = i. */
export function fastRow(m: Img, i: number): void {
  span(m, i * m.h, 1, m.h, i, 0, 0, 1);
}

/** Paints all pixels with y = j. */
export function fastColumn(m: Img, j: number): void {
  span(m, j, m.h, m.w, 0, j, 1, 0);
}

function span(m: Img, at: number, stride: number, count: number, x: number, y: number, dx: number, dy: number): void {
  const { span, turns } = kernelHere();
  const lanes = span(m.viewAt, scratch(SCRATCH_WORDS) * 4, m.pix.byteOffset + at, stride, count, x, y, dx, dy);
  charge(work.vector, lanes);
  charge(work.iteration, turns());
}
