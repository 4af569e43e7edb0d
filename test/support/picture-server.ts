import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Answers a request. `nth` counts the requests for this path, from 1. */
export type Answer = (response: ServerResponse, nth: number, request: IncomingMessage) => unknown;

/** A server on this machine, and what it was asked for. */
export interface PictureServer {
  /** Its name and port. */
  readonly host: string;
  /** The path of each request, in order. */
  readonly asked: readonly string[];
  /** The URL of a path, which begins with a slash. */
  url(path: string): string;
}

/** Starts a server that answers some paths. It stops when the test is over. */
export async function pictureServer(answers: Readonly<Record<string, Answer>>): Promise<PictureServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url!;
    asked.push(path);
    const answer = answers[path] ?? answers['*'];
    if (answer) answer(response, asked.filter((one) => one === path).length, request);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, asked, url: (path) => `http://${host}${path}` };
}

/** Answers with the files of a folder, by their paths inside it. */
export function filesIn(folder: string): Answer {
  return async (response, _, { url }) => response.end(await readFile(join(folder, decodeURIComponent(url!))));
}
