// WebAssembly as far as we use it. Node's types do not know it, and a Node that runs without a compiler (--jitless) has none.

/** Memory that WebAssembly and JavaScript share; of those that we make, all threads. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** A compiled module. */
export type WasmModule = object;

interface WebAssembly {
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: object };
}

/** WebAssembly, where there is one. */
export const wasm = (globalThis as { readonly WebAssembly?: WebAssembly }).WebAssembly;
