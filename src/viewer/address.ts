// Where a page is served: host and port as one text, as Go's -http flags take it.

export interface Address {
  readonly host: string;
  /** 0 for one that is free. */
  readonly port: number;
}

/**
 * `localhost:8080`, `:8080` for this machine only, `127.0.0.1:` or `localhost:0` for a port that is free, `[::1]:8080`.
 * @throws Error in one line
 */
export function addressOf(text: string): Address {
  const [, host, port] = /^(\[[\da-f:.]+\]|[^\s:/@[\]]*):(\d*)$/i.exec(text) ?? [];
  if (host === undefined || Number(port) > MAX_PORT) {
    throw new Error(`-http: expected HOST:PORT, such as localhost:8080 or :8080, got ${JSON.stringify(text)}`);
  }
  return { host: host === '' ? 'localhost' : host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
const MAX_PORT = 65_535;

/** Whether only this machine can get there. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

/** The start of a URL. */
export function urlOf({ host, port }: Address): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
