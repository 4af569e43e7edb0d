import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const shipped = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/cifar10-zfnet/${name}`, import.meta.url));
const model = shipped('model');

it('more shards than pictures merge to the same bytes as one run, although the empty ones are equal', async () => {
  const folder = await tempFolder();
  const mine = (name: string, ...more: string[]): ReturnType<typeof deconvnet> =>
    deconvnet([
      ...['mine', model, shipped('pictures'), '--limit', '2', '--layers', 'conv1', '--maps', '3'],
      ...['--out', join(folder, name), ...more],
    ]);
  const states = [1, 2, 3, 4].map((index) => join(folder, `${index}.state`));
  for (const [i, state] of states.entries()) {
    expect(await mine(`${i + 1}.state`, '--shard', `${i + 1}/4`, '--resume')).toMatchObject({
      code: 0,
      out: `${state}: ${i < 2 ? '1 picture' : '0 pictures'}, 3 feature maps of conv1\n`,
    });
  }
  // A task that is started again finds that its empty shard is finished.
  expect(await mine('4.state', '--shard', '4/4', '--resume')).toMatchObject({
    code: 0,
    err: expect.stringContaining('The run is finished'),
  });
  expect(await mine('whole.state')).toMatchObject({ code: 0 });
  const out = join(folder, 'merged.state');
  expect(await deconvnet(['merge', model, ...states.reverse(), '--out', out])).toEqual({
    code: 0,
    out: `${out}: 2 pictures, of 4 states\n`,
    err: '',
  });
  expect(Buffer.compare(await readFile(out), await readFile(join(folder, 'whole.state')))).toBe(0);
});
