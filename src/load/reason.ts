// Why a request has no answer, in words that are the same for the same cause: they are counted by them.

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the server',
  EPIPE: 'connection closed by the server',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name of the host could not be looked up',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  EPROTO: 'the server speaks no TLS, or a version of it that this program does not',
  EMFILE: 'too many open files here: use fewer workers (-c)',
  EADDRNOTAVAIL: 'no local port left: use fewer workers (-c), or keep connections',
};

/** What went wrong, in one line. */
export function reasonOf(error: unknown): string {
  // A name with several addresses: each has failed on its own.
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(reasonOf))].join(', ');
  }
  const { code, message, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const where = address === undefined ? '' : `${address.includes(':') ? `[${address}]` : address}:${port ?? ''}: `;
  if (code?.startsWith('HPE_')) return `the answer is no HTTP: ${message.replace(/^Parse Error: /, '')}`;
  // Node's own error for a connection that ends before the head of an answer.
  if (message === 'socket hang up') return 'connection closed before there was an answer';
  return `${where}${words[code ?? ''] ?? message}`.replaceAll(/\s+/g, ' ').trim();
}
