// Where a service listens: addresses as Go's net.Listen takes them, and what can be wrong with one.

import { reason } from '../lib/reason.js';

/** What Node's server is told to listen on. */
export interface Address {
  /** Left out for all of the machine's addresses. */
  readonly host?: string;
  readonly port: number;
}

const MAX_PORT = 65_535;

/**
 * The address in `host:port`, `[ipv6]:port` or, for all of the machine's addresses, `:port`. Port 0 is any that is free.
 * @throws Error in one line
 */
export function addressOf(text: string): Address {
  const [, v6, host = v6, digits = ''] = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port > MAX_PORT) {
    throw new Error(`listen ${JSON.stringify(text)}: expected host:port such as 127.0.0.1:8080`);
  }
  return host === '' ? { port } : { host, port };
}

/** An address as a URL has it. */
export function urlOf(address: string, port: number): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** Why nobody can listen at `text`, in one line. */
export function cannotListen(text: string, error: unknown): Error {
  return new Error(`listen ${text}: ${why(error)}`, { cause: error });
}

function why(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return 'the port is in use; choose another one, or 0 for any that is free';
    case 'EADDRNOTAVAIL':
      return 'this machine has no such address';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no such host';
    case 'EACCES':
      return 'permission denied: choose a port from 1024 on';
    default:
      return reason(error);
  }
}
