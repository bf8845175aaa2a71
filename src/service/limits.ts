// Limits for clients: time, memory and places. Each keeps a slow, broken or hostile client from blocking the others. Unless it says
// otherwise, a number is a round one that ordinary clients do not reach.

/** Milliseconds in which a client must send the head of a request. */
export const HEAD_MS = 10_000;
/** Milliseconds in which a client must send a whole request: one byte per second is too slow. */
export const REQUEST_MS = 15_000;
/** Milliseconds between two checks of these timeouts. */
export const CHECK_MS = 1_000;
/** Milliseconds in which a client must take an answer, from when it is ready. */
export const ANSWER_MS = 30_000;
/** Milliseconds that an idle connection is kept open. */
export const KEEP_ALIVE_MS = 60_000;
/** Bytes of the head of a request. */
export const HEAD_BYTES = 8 * 1024;
/** Bytes of the body of a request, which only /debug/pprof/symbol reads. */
export const BODY_BYTES = 64 * 1024;
/** Bytes of a parameter in a path. */
export const PARAM_BYTES = 100;
/** Bytes of a Call, a request as a goroutine gets it. */
export const CALL_BYTES = 4096;
/** Connections at a time. An idle one costs some 10 KB. */
export const CONNECTIONS = 4096;
/** Bytes of all answers that clients have not taken yet. Above it, new requests are refused. */
export const UNSENT_BYTES = 64 * 2 ** 20;
/** Requests in the queue, whatever the estimate of their wait: each takes memory of Node's main thread. */
export const MAX_QUEUED = 1024;
/** Longest duration of a profile or a trace, in seconds. */
export const PROFILE_SECONDS = 600;
/** Milliseconds from the start of a drain in which idle connections may send one more request. */
export const QUIET_MS = 1_000;
