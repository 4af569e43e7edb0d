import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const model = fileURLToPath(new URL('../../../examples/cifar10-zfnet/model', import.meta.url));

describe('deconvnet layers', () => {
  it('lists every layer, what it sees and its mirror', async () => {
    const { code, out, err } = await deconvnet(['layers', model]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^conv2 +Conv2D +15x15x96 +96 +17x17 every 2x2 +rectify, filter$/m);
    expect(out.trim().split('\n')).toHaveLength(14);
  });

  it('lists them as JSON too', async () => {
    const { out } = await deconvnet(['layers', model, '--json', '--backend', 'cpu']);
    expect(JSON.parse(out)[2]).toMatchObject({ name: 'pool1', featureMaps: 48, receptiveField: { size: [9, 9] } });
  });

  it('reads no weights, so a model.json alone is enough', async () => {
    const folder = await tempFolder();
    await copyFile(join(model, 'model.json'), join(folder, 'model.json'));
    const alone = await deconvnet(['layers', folder, '--json']);
    expect([alone.code, alone.err]).toEqual([0, '']);
    expect(alone.out).toBe((await deconvnet(['layers', model, '--json'])).out);
  });
});
