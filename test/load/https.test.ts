// Servers with a certificate: one that nobody vouches for is an error, because whoever answers may be anybody.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { cli } from '../support/cli.js';
import { skipLoudly } from '../support/loudskip.js';
import { serve } from '../support/server.js';
import { tempDir } from '../support/tempdir.js';

/** Starts a server with a certificate of its own. @returns its address, and the file with the certificate */
async function serveHttps(context: TestContext): Promise<{ url: string; certificate: string }> {
  if (!(process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, 'openssl')))) {
    skipLoudly(context, 'there is no openssl here to make a certificate with');
  }
  const dir = tempDir();
  const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'certificate.pem')];
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', [...request.split(' '), ...names, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) => {
    response.end('secret');
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`, certificate };
}

test('an https server is asked if its certificate is trusted, and only then', async (context) => {
  const { url, certificate } = await serveHttps(context);
  const load = (env: Record<string, string>) => cli(['load', '-n', '4', '-c', '2', url], { cwd: tempDir(), env });
  const trusted = await load({ NODE_EXTRA_CA_CERTS: certificate });
  expect(trusted).toMatchObject({ status: 0, stderr: '' });
  expect(trusted.stdout).toContain('\nStatus code distribution:\n  [200]\t4 responses\n');
  const foreign = await load({ NODE_EXTRA_CA_CERTS: '' });
  expect(foreign).toMatchObject({ status: 1, stderr: '' });
  // Node 24 and later add what can be done about it.
  expect(foreign.stdout).toMatch(/\nError distribution:\n {2}\[4\]\tself-signed certificate(; .*)?\n/);
});

test('to take TLS for none, or none for TLS, is an error in a few words', async (context) => {
  const { url } = await serveHttps(context);
  const plain = await serve((_, response) => response.end());
  const load = (target: string) => cli(['load', '-n', '2', '-c', '1', target], { cwd: tempDir() });
  expect((await load(url.replace('https', 'http'))).stdout).toContain(
    '\nError distribution:\n  [2]\tconnection closed before there was an answer\n',
  );
  expect((await load(plain.replace('http', 'https'))).stdout).toContain(
    '\nError distribution:\n  [2]\tthe server speaks no TLS, or a version of it that this program does not\n',
  );
});
