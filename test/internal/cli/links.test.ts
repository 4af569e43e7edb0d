import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const pictures = here('../../../examples/cifar10-zfnet/pictures');

it('says in every command that lists pictures how to follow the links that it did not follow', async () => {
  const folder = await tempFolder();
  for (const name of ['cat', 'dog']) await symlink(join(pictures, name), join(folder, name));
  const out = join(await tempFolder(), 'out');
  for (const args of [
    ['gallery', model, folder, '--out', out],
    ['mine', model, folder, '--out', out],
    ['check', model, folder],
  ]) {
    const said = await deconvnet(args);
    expect(said).toMatchObject({ code: 3, out: '' });
    expect(said.err).toMatch(/contains no pictures.* 2 links in it, .* were not followed\. Give --follow-links/);
    expect(said.err).not.toContain('followLinks');
  }
  const checked = await deconvnet(['check', model, folder, '--follow-links', '--limit', '2']);
  expect(checked).toMatchObject({ code: 0, out: expect.stringMatching(/^cat\/\d+\.png /m) });
});
