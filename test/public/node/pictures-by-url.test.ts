import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { listPictures, type MineImagesOptions, mineImages, readPictures, useBackend } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataSet, dispose, fingerprint, mine } from '../../support/mining/mining.js';
import { type Answer, filesIn, pictureServer } from '../../support/picture-server.js';
import { network, picture, quick, urlList } from '../../support/read-url.js';

beforeAll(() => useBackend('cpu'));

describe('mineImages', () => {
  it('finds in pictures by URL what it finds in the folder', async () => {
    const set = await dataSet(13);
    const server = await pictureServer({ '*': filesIn(set.images) });
    const files = await listPictures(set.images);
    const urls = files.map(({ id, label }) => `${server.url(`/${id}`)}\t${label}`);
    const expected = fingerprint((await mine(set)).miner);
    // The ids are the same, so the bytes are.
    const listed = files.map(({ id, label }) => ({ id, label: label!, path: server.url(`/${id}`) }));
    const allowHosts = [server.host];
    const { miner, report } = await mineImages({ ...common(set), images: listed, allowHosts });
    expect(report).toEqual({ images: 13, skipped: [], setAside: [], resumed: 0 });
    expect(fingerprint(miner)).toBe(expected);
    // Only the ids differ.
    const named = await mineImages({ ...common(set), images: await urlList(urls.join('\n')), allowHosts });
    const plain = await mine(set);
    const [found, wanted] = [named, plain].map(({ miner }) => miner.top('conv1', 3));
    expect(found).toHaveLength(3);
    expect(found!.map((patch) => ({ ...patch, id: patch.id.slice(server.url('/').length) }))).toEqual(wanted);
    expect(server.asked).toHaveLength(2 * 13);
    for (const { miner } of [named, plain]) dispose(miner);
  });

  it('skips what cannot be fetched, and names it', async () => {
    const set = await dataSet(3);
    const server = await pictureServer({
      '/gone.png': (response) => response.writeHead(404).end('not here'),
      '/text.png': (response) => response.end('no picture'),
      '*': filesIn(set.images),
    });
    const urls = ['/gone.png', '/text.png', '/cat/001.png'].map(server.url);
    const { miner, report } = await mineImages({
      ...common(set),
      ...{ images: await urlList(urls.join('\n')), allowHosts: [server.host], fetch: quick },
    });
    expect(report.images).toBe(1);
    expect(report.skipped).toEqual([
      {
        id: urls[0],
        code: 'picture-unreadable',
        reason: `The picture ${urls[0]} cannot be fetched: the server answered 404 Not Found. Check the address, or leave it out.`,
      },
      {
        id: urls[1],
        code: 'picture-unreadable',
        reason: expect.stringMatching(/text\.png cannot be read: .*Input buffer/),
      },
    ]);
    expect(server.asked).toHaveLength(3);
    dispose(miner);
  });

  it('stops if the host cannot be reached, and not if the pictures are not there', async () => {
    const set = await dataSet(1);
    const many = (path: string): string[] => Array.from({ length: 16 }, (_, i) => `${path}/${i}.png`);
    const server = await pictureServer({
      '/ok.png': picture,
      ...Object.fromEntries(many('/down').map((path) => [path, (response) => response.writeHead(503).end()])),
    } as Readonly<Record<string, Answer>>);
    const run = async (urls: readonly string[]): ReturnType<typeof mineImages> =>
      mineImages({
        ...{ ...common(set), images: await urlList([...urls, '/ok.png'].map(server.url).join('\n')) },
        ...{ allowHosts: [server.host], fetch: { ...quick, tries: 2 }, chunk: 16 },
      });
    await expect(run(many('/down'))).rejects.toMatchObject({
      code: 'pictures-not-found',
      message: expect.stringMatching(
        /^16 pictures in a row cannot be fetched, beginning with http:.*\/down\/0\.png\. Check the network and the host\. .*503/,
      ),
    });
    const { miner, report } = await run(many('/gone'));
    expect(report).toMatchObject({ images: 1, skipped: { length: 16 } });
    dispose(miner);
  });

  it('stops while it waits', async () => {
    const set = await dataSet(1);
    const stop = new AbortController();
    const server = await pictureServer({ '/slow.png': () => stop.abort(new Error('enough')) });
    const images = [{ id: 'slow', path: server.url('/slow.png') }];
    const run = mineImages({ ...common(set), images, allowHosts: [server.host], signal: stop.signal });
    await expect(run).rejects.toThrow('enough');
    expect(server.asked).toEqual(['/slow.png']);
  });

  it('resumes a run with other hosts and limits', async () => {
    const set = await dataSet(6);
    const server = await pictureServer({ '*': filesIn(set.images) });
    const images = (await listPictures(set.images)).map((file) => ({ ...file, path: server.url(`/${file.id}`) }));
    const checkpoint = { path: join(set.folder, 'checkpoint'), every: 0 };
    const run = { ...common(set), checkpoint, chunk: 2 };
    const stop = new AbortController();
    const onProgress: MineImagesOptions['onProgress'] = ({ done }) => done >= 2 && stop.abort(new Error('enough'));
    const first = mineImages({ ...run, images, allowHosts: [server.host], onProgress, signal: stop.signal });
    await expect(first).rejects.toThrow('enough');
    const { miner, report } = await mineImages({
      ...{ ...run, images, resume: true },
      ...{ allowHosts: ['example.org', server.host], fetch: { timeout: 60, tries: 1 } },
    });
    expect(report.resumed).toBeGreaterThanOrEqual(2);
    expect(fingerprint(miner)).toBe(fingerprint((await mine(set)).miner));
  });
});

it('asks only hosts that are allowed', async () => {
  const server = await pictureServer({ '*': picture });
  const urls = [server.url('/a.png'), 'https://b.example.org/', 'http://c.example.org:81/', 'http://[::1]/'];
  const files = urls.map((path) => ({ id: path, path }));
  const set = await dataSet(1);
  for (const allowHosts of [[], ['example.org', '127.0.0.1'], undefined]) {
    const given = { ...(allowHosts && { allowHosts }), fetch: quick };
    const mined = (): Promise<unknown> => mineImages({ ...common(set), images: files, ...given });
    const readOne = (): Promise<unknown> => readPictures(files, network(), given).next();
    for (const run of [mined, readOne]) {
      await expect(run()).rejects.toMatchObject({
        code: 'invalid-option',
        message: expect.stringMatching(
          new RegExp(
            `Not allowed: ${server.host}, b\\.example\\.org, c\\.example\\.org:81 and 1 more\\. Allowed: .*allowHosts: \\['${server.host}', 'b\\.example\\.org', 'c\\.example\\.org:81'\\]\\.$`,
          ),
        ),
        advice: { about: 'allow-host' },
      });
    }
  }
  expect(server.asked).toEqual([]);
});

it('does not read signals by URL', async () => {
  const server = await pictureServer({ '*': picture });
  const allowHosts = [server.host];
  const signal = readPictures([{ id: 'a', path: server.url('/a.npy') }], network(), { allowHosts });
  const said = { code: 'invalid-option', message: expect.stringContaining('signals are only read from disk') };
  await expect(signal.next()).rejects.toMatchObject(said);
  const set = await dataSet(1);
  const images = [{ id: 'a', path: server.url('/a') }];
  await expect(mineImages({ ...common(set), images, signals: true, allowHosts })).rejects.toMatchObject(said);
  expect(server.asked).toEqual([]);
});

it('leaves no tensors when a run fails', async () => {
  const deconvnet = network();
  const server = await pictureServer({ '/a.png': picture });
  const urls = ['/a.png', '/gone.png'].map(server.url);
  const before = tf.memory().numTensors;
  const images = urls.map((path) => ({ id: path, path }));
  for await (const { image } of readPictures(images, deconvnet, { allowHosts: [server.host] })) image.dispose();
  await expect(readPictures(images, deconvnet).next()).rejects.toMatchObject({ code: 'invalid-option' });
  await expect(mineImages({ deconvnet, images })).rejects.toMatchObject({ code: 'invalid-option' });
  expect(tf.memory().numTensors).toBe(before);
});

/** How each data set is mined. */
function common({ model }: { readonly model: string }): Pick<MineImagesOptions, 'model' | 'input' | 'k' | 'chunk'> {
  return { model, input: 'unit', k: 3, chunk: 4 };
}
