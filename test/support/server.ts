// Servers of a test's own, on a port of their own, which are gone when it is over.

import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Starts an HTTP server. @returns its address, without a slash at the end */
export async function serve(listener: RequestListener, address = '127.0.0.1'): Promise<string> {
  const host = address.includes(':') ? `[${address}]` : address;
  return `http://${host}:${await listen(createServer(listener), address)}`;
}

/** Starts a server that does with every connection what it wants. @returns its address, as of an HTTP server */
export async function serveRaw(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createNetServer((socket) => {
    socket.on('error', () => {}); // the other side may break off
    onConnection(socket);
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createNetServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listen(server: Server, address = '127.0.0.1'): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, address, () => resolve((server.address() as AddressInfo).port));
  });
}
