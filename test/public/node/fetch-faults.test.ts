import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readPictures, useBackend } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, pictureServer } from '../../support/picture-server.js';
import { network, picture, png, quick, readUrl } from '../../support/read-url.js';

beforeAll(() => useBackend('cpu'));

describe('hosts', () => {
  it('are checked at every redirection', async () => {
    const other = await pictureServer({ '*': picture });
    const to =
      (location: string): Answer =>
      (response) =>
        response.writeHead(302, { location }).end('moved');
    const server = await pictureServer({
      '/inside': to('/twice'),
      '/twice': (response) => response.writeHead(308, { location: 'ok.png' }).end(),
      '/ok.png': picture,
      '/outside': to(other.url('/a.png')),
      '/file': to('file:///etc/passwd'),
      '/login': (response) => response.writeHead(302, { location: `http://me:secret@${server.host}/ok.png` }).end(),
      '/nowhere': (response) => response.writeHead(302).end(),
      '/circle': to('/circle'),
    });
    expect(await readUrl(server, '/inside')).toEqual([1, 8, 8, 3]);
    expect(server.asked).toEqual(['/inside', '/twice', '/ok.png']);
    const fails = async (path: string, says: RegExp, requests: number): Promise<void> => {
      const before = server.asked.length;
      const error = await readUrl(server, path).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'picture-unreadable', message: expect.stringMatching(says) });
      expect((error as Error).message).not.toContain('secret');
      expect(server.asked.length - before).toBe(requests);
    };
    await fails('/outside', new RegExp(`it leads to the host ${other.host}, which is not allowed`), 1);
    await fails('/file', /it leads to an address of file:/, 1);
    await fails('/login', /it leads to an address with a user name or a password/, 1);
    await fails('/nowhere', /the server answered 302 Found/, 1);
    await fails('/circle', /more than 5 other addresses/, 6);
    expect(other.asked).toEqual([]);
  });
});

it('is named by the id, because a URL may contain a key', async () => {
  const server = await pictureServer({ '/text.png?key=secret': (response) => response.end('text') });
  const allowHosts = [server.host];
  for (const path of ['/text.png?key=secret', '/gone.png?key=secret', '/a.npy?key=secret']) {
    const files = [{ id: 'my picture', path: server.url(path) }];
    const error = await readPictures(files, network(), { allowHosts })
      .next()
      .catch((thrown: unknown) => thrown);
    expect((error as Error).message).toMatch(/^The picture my picture cannot be (read|fetched): /);
    expect((error as Error).message).not.toContain('secret');
  }
  expect(server.asked).toHaveLength(2);
});

describe('a fault', () => {
  /** Fails for so many times, and then gives the picture. */
  const failing =
    (times: number, fault: Answer): Answer =>
    (response, nth, request) =>
      nth > times ? picture(response, nth, request) : fault(response, nth, request);
  const half: Answer = (response) => {
    response.writeHead(200, { 'content-length': String(png.length) });
    response.write(png.subarray(0, png.length >> 1), () => response.destroy());
  };

  it.each([408, 425, 429, 500, 502, 503, 504])('is gone at the third try: the answer %i', async (status) => {
    const server = await pictureServer({ '/a.png': failing(2, (response) => response.writeHead(status).end()) });
    expect(await readUrl(server, '/a.png')).toEqual([1, 8, 8, 3]);
    expect(server.asked).toHaveLength(3);
  });

  it.each([400, 401, 403, 404, 410])('is for good: the answer %i', async (status) => {
    const server = await pictureServer({ '/a.png': failing(1, (response) => response.writeHead(status).end()) });
    await expect(readUrl(server, '/a.png')).rejects.toMatchObject({
      code: 'picture-unreadable',
      message: expect.stringContaining(`the server answered ${status} `),
    });
    expect(server.asked).toHaveLength(1);
  });

  it('is a connection that is closed before the answer, or in the middle of it', async () => {
    for (const fault of [half, ((response) => response.destroy()) as Answer]) {
      const server = await pictureServer({ '/a.png': failing(2, fault), '/b.png': fault });
      expect(await readUrl(server, '/a.png')).toEqual([1, 8, 8, 3]);
      await expect(readUrl(server, '/b.png')).rejects.toMatchObject({
        code: 'picture-unreadable',
        message: expect.stringMatching(
          /b\.png cannot be fetched: the connection failed \(.+\); it was tried 3 times\./,
        ),
      });
      expect(server.asked).toHaveLength(6);
    }
  });

  it('is a server that sends a byte now and then', async () => {
    const server = await pictureServer({
      '/drip.png': (response) => {
        const drip = setInterval(() => response.write('x'), 10);
        response.on('close', () => clearInterval(drip));
      },
      '/mute.png': () => undefined,
    });
    for (const path of ['/drip.png', '/mute.png']) {
      await expect(readUrl(server, path, { timeout: 0.3, tries: 2, pause: 0 })).rejects.toMatchObject({
        code: 'picture-unreadable',
        message: expect.stringContaining('it took more than 0.3 s; it was tried 2 times.'),
      });
    }
    expect(server.asked).toEqual(['/drip.png', '/drip.png', '/mute.png', '/mute.png']);
  });

  it('is a picture without an end, whatever the server says about its length', async () => {
    let sent = 0;
    let closed = false;
    const endless: Answer = (response) => {
      const part = Buffer.alloc(1 << 16);
      const more = (): void => {
        sent += part.length;
        if (!response.destroyed) response.write(part, () => setImmediate(more));
      };
      response.on('close', () => {
        closed = true;
      });
      more();
    };
    const server = await pictureServer({ '/a.png': endless, '/b.png': picture });
    await expect(readUrl(server, '/a.png', { maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'picture-unreadable',
      message: expect.stringContaining('it has more than 1000000 bytes.'),
    });
    await expect.poll(() => closed, { timeout: 10_000 }).toBe(true);
    expect(sent).toBeGreaterThanOrEqual(1_000_000);
    expect(await readUrl(server, '/b.png', { maxBytes: png.length })).toEqual([1, 8, 8, 3]);
    await expect(readUrl(server, '/b.png', { maxBytes: png.length - 1 })).rejects.toMatchObject({
      message: expect.stringContaining(`it has more than ${png.length - 1} bytes.`),
    });
    expect(server.asked).toEqual(['/a.png', '/b.png', '/b.png']);
  });

  it('is a server that is not there', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await new Promise((resolve) => server.close(resolve));
    const reading = readPictures(`http://${host}/a.png`, network(), { allowHosts: [host], fetch: quick });
    await expect(reading.next()).rejects.toMatchObject({
      code: 'picture-unreadable',
      message: expect.stringMatching(/the connection failed \(.*ECONNREFUSED.*\); it was tried 3 times/),
    });
  });
});
