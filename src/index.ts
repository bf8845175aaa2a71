// The package as one module: the language that programs are written in, and what runs them.

export * from './go/index.js';
export * from './runtime/start.js';
