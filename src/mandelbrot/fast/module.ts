// The fast kernel on this thread: its WebAssembly module is compiled for the first picture that uses it, and works in the memory of
// the run. The build makes kernel.wasm of assembly/kernel.ts, which is AssemblyScript.

import { readFileSync } from 'node:fs';
import { charge, reserveForWasm, scratch, type WasmModule, wasm, wasmMemory, work } from '../../go/types.js';
import type { Img } from '../image.js';

/** The exports of the module. Places are offsets in bytes. */
interface Kernel {
  /** Paints `count` pixels from (x, y) on, in steps of (dx, dy), which are `stride` bytes apart. @returns iterations made in vectors */
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
  /** Paints one pixel. @returns iterations */
  pixel(view: number, at: number, x: number, y: number): number;
  /** Iterations that the last span has made outside of vectors. */
  scalarIterations(): number;
}

let module: WasmModule | undefined;
let kernel: Kernel | undefined;

function load(): void {
  module ??= new wasm!.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)));
}

/** Why there is no fast kernel on this Node; undefined if there is one. */
export function lacking(): string | undefined {
  if (!wasm) return 'this Node has no WebAssembly';
  try {
    load();
  } catch (error) {
    return `this Node cannot load it: ${(error as Error).message}`;
  }
  return reserveForWasm() ? undefined : 'no room for the memory that it works in (ulimit -v)';
}

/** The kernel, over the memory of this thread, which is the same for all runs. */
function kernelHere(): Kernel {
  if (kernel) return kernel;
  load();
  kernel = new wasm!.Instance(module!, { env: { memory: wasmMemory } }).exports as Kernel;
  return kernel;
}

/** 32-bit words of scratch memory for a span: 4 KiB, of which the kernel uses about 3. */
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
  const { span, scalarIterations } = kernelHere();
  const lanes = span(m.viewAt, scratch(SCRATCH_WORDS) * 4, m.pix.byteOffset + at, stride, count, x, y, dx, dy);
  charge(work.vector, lanes);
  charge(work.iteration, scalarIterations());
}
