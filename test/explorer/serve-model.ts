import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Serves files to pages of other origins until the test is over; returns the address. */
export async function serveModel(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    const content = files[url];
    response.statusCode = content === undefined ? 404 : 200;
    response.end(content ?? 'not found');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
