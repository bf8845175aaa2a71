// WebAssembly, as far as we use it. Node's types do not have it, and Node itself has none with --jitless.

/** Memory that WebAssembly and JavaScript share, and all threads too. */
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

/** WebAssembly; undefined if this Node has none. */
export const wasm = (globalThis as { readonly WebAssembly?: WebAssembly }).WebAssembly;
