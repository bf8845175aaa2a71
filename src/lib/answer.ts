// Explanations of an answer of HTTP that is not the one that was asked for: what the server or the network says, in one line.

/** Most bytes of an answer that are read for its first line. */
const MAX_LINE = 200;

/** `: ` and the first line of an answer in plain text, which is how Go's handlers say why they refuse; '' if there is none. */
export async function explanation(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/plain')) return '';
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece.subarray(0, MAX_LINE), { stream: true });
    if (text.length >= MAX_LINE || text.includes('\n')) break;
  }
  const [line = ''] = text.slice(0, MAX_LINE).split('\n');
  return line === '' ? '' : `: ${line.trimEnd()}`;
}

/** Why fetch() got no answer: its error has the reason inside. */
export function connectionFault(error: unknown): string {
  const { message, cause } = error as Error & { cause?: Error & { errors?: Error[] } };
  return cause?.message || cause?.errors?.[0]?.message || message;
}
