// Services: handlers that are goroutines, behind HTTP, with /debug/pprof/, metrics and a bounded queue.

export type { Handler, Query, Request, Response } from './handler.js';
export { listenAndServe } from './listen.js';
export { mandelweb, mandelwebOf } from './mandelweb.js';
export type { ServeOptions } from './serve.js';
