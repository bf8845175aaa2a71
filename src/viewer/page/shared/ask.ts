// Questions to the server that the page came from.

/**
 * The JSON behind `path` for these parameters.
 * @throws Error with what the server says is wrong
 */
export async function ask<T>(path: string, params: Readonly<Record<string, string>>, signal: AbortSignal): Promise<T> {
  const query = new URLSearchParams(params);
  let response: Response;
  try {
    response = await fetch(`${path}?${query}`, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Error('The server is gone: it was stopped, or this machine slept. Start it again and reload this page.');
  }
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  if (!isJson) throw new Error(`${response.status}: ${(await response.text()).trim()}`);
  const answer = (await response.json()) as T & { readonly error?: string };
  if (!response.ok) throw new Error(answer.error ?? `the server answered ${response.status}`);
  return answer;
}
