// Who may see profiles: they disclose source, so only this machine may, unless somebody says otherwise.
//
// A page from anywhere can have a browser on this machine ask a name of its own which leads here (DNS rebinding). The
// request then comes from loopback, but for that name: so the host that is asked for counts as well.

import { isIP } from 'node:net';

/** True if this address of a client is this machine's. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const ip = address.toLowerCase().replace(/^::ffff:/, '');
  return ip === '::1' || (isIP(ip) === 4 && ip.startsWith('127.'));
}

/** True if a Host header asks for this machine by a name or number that nobody else can give it. */
export function isLocalHost(host: string | undefined): boolean {
  if (host === undefined) return true; // HTTP/1.0, which no browser speaks
  const name = host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return name === 'localhost' || isLoopback(name);
}
