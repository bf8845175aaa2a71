// Services: a program's handlers behind HTTP, with /debug/pprof/, metrics and a queue that has an end.

export type { Handler, Query, Request, Response } from './handler.js';
export { listenAndServe, type ServeOptions } from './listen.js';
export { mandelweb, mandelwebOf } from './mandelweb.js';
