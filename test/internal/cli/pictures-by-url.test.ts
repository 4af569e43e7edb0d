import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { filesIn, type PictureServer, pictureServer } from '../../support/picture-server.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const pictures = here('../../../examples/cifar10-zfnet/pictures');
const some = ['cat/00000.png', 'dog/00012.png', 'ship/00001.png'];
const few = ['--layers', 'conv2', '--maps', '2', '--top', '2', '--rule', 'deconvnet'];

/** A server with the pictures, and a list of some of its URLs. */
async function served(): Promise<{ readonly server: PictureServer; readonly list: string; readonly folder: string }> {
  const server = await pictureServer({ '*': filesIn(pictures) });
  const folder = await tempFolder();
  const lines = some.map((id) => `${server.url(`/${id}`)}\t${id.split('/')[0]}\n`);
  await writeFiles(folder, { 'list.txt': lines.join(''), ...(await among()) });
  return { server, folder, list: join(folder, 'list.txt') };
}

/** The same pictures, in a folder. */
async function among(): Promise<Record<string, Uint8Array>> {
  const bytes = await Promise.all(some.map((id) => readFile(join(pictures, id))));
  return Object.fromEntries(some.map((id, i) => [`among/${id}`, bytes[i]!]));
}

async function sprites(gallery: string): Promise<Record<string, Buffer>> {
  const names = (await readdir(join(gallery, 'sprites'))).sort();
  const bytes = await Promise.all(names.map((name) => readFile(join(gallery, 'sprites', name))));
  return Object.fromEntries(names.map((name, i) => [name, bytes[i]!]));
}

it('draws the gallery of a list of URLs as that of the folder, and reads pictures again from the state', async () => {
  const { server, list, folder } = await served();
  const [byUrl, local, later] = ['by-url', 'local', 'later'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const allow = ['--allow-host', 'example.org', `--allow-host=${server.host}`];
  const drawn = await deconvnet(['gallery', model, list, ...few, ...allow, '--out', byUrl]);
  expect(drawn, drawn.err).toMatchObject({ code: 0, err: expect.not.stringContaining('Warning') });
  expect((await deconvnet(['gallery', model, join(folder, 'among'), ...few, '--out', local])).code).toBe(0);
  expect(Object.keys(await sprites(local)).some((name) => name.startsWith('pictures-'))).toBe(true);
  expect(await sprites(byUrl)).toEqual(await sprites(local));
  const [data] = await readdir(join(byUrl, 'data'));
  expect(await readFile(join(byUrl, 'data', data!), 'utf8')).toContain(server.url('/cat/'));
  // The hosts that were allowed do not change the gallery.
  const page = await readFile(join(byUrl, 'index.html'), 'utf8');
  expect(page).toContain('list.txt');
  expect(page).not.toContain('allow-host');

  const state = join(folder, 'some.state');
  const mining = ['mine', model, list, ...few, ...allow, '--max-bytes', '0', '--out', state];
  expect((await deconvnet(mining)).code).toBe(0);
  const asked = server.asked.length;
  const again = await deconvnet([
    'gallery',
    model,
    list,
    '--from',
    state,
    ...allow,
    '--rule',
    'deconvnet',
    '--out',
    later,
  ]);
  expect(again, again.err).toMatchObject({ code: 0, err: expect.not.stringContaining('Warning') });
  expect(server.asked.length).toBeGreaterThan(asked);
  expect(await sprites(later)).toEqual(await sprites(local));
});

it('reads a picture by URL in every command that takes one', async () => {
  const { server, list, folder } = await served();
  const url = server.url('/cat/00000.png');
  const place = ['--layer', 'conv2', '--map', '3'];
  const [one, other] = [join(folder, 'one.png'), join(folder, 'other.png')];
  const allow = ['--allow-host', server.host];
  const commands = (picture: string, out: string): string[][] => [
    ['strongest', model, picture],
    ['project', model, picture, ...place, '--out', out],
    ['activations', model, picture, '--layer', 'conv2', '--out', out],
  ];
  const local = commands(join(pictures, 'cat/00000.png'), other);
  for (const [i, args] of commands(url, one).entries()) {
    const fetched = await deconvnet([...args, ...allow]);
    const read = await deconvnet(local[i]!);
    expect(fetched).toEqual({ code: 0, err: '', out: read.out.replaceAll(other, one) });
    if (i > 0) expect(await readFile(one)).toEqual(await readFile(other));
  }
  expect(server.asked).toEqual(Array(3).fill('/cat/00000.png'));
  const checked = await deconvnet(['check', model, list, ...allow]);
  expect(checked).toMatchObject({ code: 0, out: expect.stringMatching(new RegExp(`^${url} +\\w+ \\d`, 'm')) });
  expect(checked.out).toContain('of 3');
});

it('asks no host that is not allowed, and says in every command how to allow it', async () => {
  const { server, list, folder } = await served();
  const out = ['--out', join(folder, 'out.png')];
  const state = join(folder, 'some.state');
  expect((await deconvnet(['mine', model, join(folder, 'among'), ...few, '--out', state])).code).toBe(0);
  const url = server.url('/cat/00000.png');
  for (const args of [
    ['gallery', model, list, ...few, '--out', join(folder, 'gallery')],
    ['gallery', model, list, '--from', state, '--out', join(folder, 'gallery')],
    ['mine', model, list, ...few, '--out', join(folder, 'other.state')],
    ['check', model, list],
    ['strongest', model, url],
    ['project', model, url, '--layer', 'conv2', '--map', '3', ...out],
    ['activations', model, url, '--layer', 'conv2', ...out],
  ]) {
    for (const more of [[], ['--allow-host', '127.0.0.1']]) {
      const said = await deconvnet([...args, ...more]);
      expect(said).toMatchObject({ code: 2, out: '' });
      expect(said.err).toContain(
        `Not allowed: ${server.host}. Allowed: ${more[1] ?? 'none'}. Allow more with --allow-host`,
      );
      expect(said.err).not.toContain('allowHosts');
    }
  }
  const wrong = await deconvnet(['check', model, list, '--allow-host', 'http://example.org']);
  expect(wrong).toMatchObject({
    code: 2,
    err: expect.stringContaining("It must be 'example.org', 'example.org:8080'"),
  });
  expect(server.asked).toEqual([]);
});

it('says which line of a list is wrong', async () => {
  const folder = await tempFolder();
  await writeFiles(folder, { 'list.txt': 'https://example.org/a.jpg\nb.jpg\n' });
  const said = await deconvnet(['check', model, join(folder, 'list.txt')]);
  expect(said).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^Line 2 of .*list\.txt is wrong, "b\.jpg": it is not/),
  });
});
