// What clients may take of a service: time, memory and places. Each keeps a client that is slow, broken or hostile from
// stopping the others.

/** Milliseconds to send the head of a request, and all of it: one byte a second is not enough. */
export const HEAD_MS = 10_000;
export const REQUEST_MS = 15_000;
/** Milliseconds between two looks at who has used up these. */
export const LOOK_MS = 1_000;
/** Milliseconds to take an answer, from when it is there. */
export const ANSWER_MS = 30_000;
/** Milliseconds that a connection is kept open between two requests. */
export const KEEP_ALIVE_MS = 60_000;
/** Bytes of a request's head; of its body, which only symbol reads; of a parameter in a path. */
export const HEAD_BYTES = 8 * 1024;
export const BODY_BYTES = 64 * 1024;
export const PARAM_BYTES = 100;
/** Bytes of a request as a goroutine gets it. */
export const CALL_BYTES = 4096;
/** Connections at once. Each costs some 10 KB while it does nothing. */
export const CONNECTIONS = 4096;
/** Bytes of answers that clients have not taken yet, all together. Beyond that nothing is painted. */
export const UNSENT_BYTES = 64 * 2 ** 20;
/** Requests that wait to be rendered, whatever the estimate says: what is queued on Node's side is memory. */
export const IN_LINE = 1024;
/** Seconds that a profile or a trace may last. */
export const PROFILE_SECONDS = 600;
/** Milliseconds after the beginning of a drain in which connections that are kept open may bring one more request. */
export const QUIET_MS = 1_000;
