// Addresses that a program listens at: `host:port`, as Go's net.Listen takes them, and why one may be refused.

import { isIP } from 'node:net';
import { reason } from './systemerror.js';

export interface Address {
  /** '' if there is nothing before the colon. */
  readonly host: string;
  /** 0 for any port that is free. */
  readonly port: number;
}

/** The largest number of a port: 16 bits. */
const MAX_PORT = 65_535;

/** The address in `localhost:8080`, `[::1]:8080`, `:8080`, or, for any port that is free, `localhost:`; undefined if there is none. */
export function parseAddress(text: string): Address | undefined {
  const [, v6, host = v6, digits = ''] = /^(?:\[([\da-fA-F:.]+)\]|([^\s:/@[\]]*)):(\d{0,5})$/.exec(text) ?? [];
  const port = Number(digits);
  return host === undefined || port > MAX_PORT ? undefined : { host, port };
}

/** An address as text: `[::1]:80`. */
export function addressText({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The start of the URLs of a server at this address. */
export function urlOf(address: Address): string {
  return `http://${addressText(address)}`;
}

/** True if only this machine has this address, of a client or of a listener. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const ip = address.toLowerCase().replace(/^::ffff:/, '');
  return ip === 'localhost' || ip === '::1' || (isIP(ip) === 4 && ip.startsWith('127.'));
}

/**
 * True if a Host header has a name or number that means this machine on every machine. A page of any site can make a browser on
 * this machine send requests to a name of that site which resolves to loopback (DNS rebinding): they come from loopback, and
 * have that name in their Host header.
 */
export function isLocalHost(host: string): boolean {
  return isLoopback(host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'));
}

/** Why a program cannot listen there, in a few words. */
export function whyNotListening(error: unknown): string {
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
