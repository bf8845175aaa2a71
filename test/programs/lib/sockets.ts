// Clients that speak to a socket themselves, for the tests and for the campaign: those that send what they like, and those
// that are slow.

import { connect, type Socket } from 'node:net';

/** Sends these bytes and nothing more. @returns what has come back when the connection has ended */
export function sendRaw(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => {}); // it hung up on us, as it may
    socket.on('close', () => resolve(text));
    socket.end(bytes);
  });
}

/** A client that takes its time. */
export interface Slow {
  /** Resolves when the service has hung up. */
  readonly over: Promise<void>;
  stop(): void;
}

/** A client that sends its request a byte a second. */
export function slowWriter(port: number): Slow {
  const request = 'GET /mandelbrot HTTP/1.1\r\nHost: localhost\r\nX-Slow: yes\r\n\r\n';
  return slow(port, (socket) => {
    let at = 0;
    return () => void socket.write(request[at++ % request.length]!);
  });
}

/** A client that takes its answers a byte a second, and has asked for many. */
export function slowReader(port: number): Slow {
  return slow(port, (socket) => {
    socket.pause();
    socket.write('GET /mandelbrot?kernel=fast HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2));
    return () => void socket.read(1);
  });
}

function slow(port: number, begin: (socket: Socket) => () => void): Slow {
  const socket = connect(port, '127.0.0.1');
  const step = begin(socket);
  const timer = setInterval(step, 1000);
  const over = new Promise<void>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve();
    });
  });
  return { over, stop: () => void socket.destroy() };
}
