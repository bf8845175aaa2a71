// The flag -http: where to listen.

import { type Address, parseAddress } from '../../lib/address.js';
import { BadUsage } from '../usage.js';

/** The address that the flag says. @throws BadUsage */
export function httpAddress(text: string): Address {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  const expected = 'expected HOST:PORT, such as localhost:8080 or :8080, with a port from 0 to 65535';
  throw new BadUsage(`-http: ${expected}, got ${JSON.stringify(text)}`);
}
