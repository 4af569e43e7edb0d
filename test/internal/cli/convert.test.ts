import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/cli/exit-code.js';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const model = fileURLToPath(new URL('../../../examples/cifar10-zfnet/model', import.meta.url));

describe('deconvnet convert', () => {
  it('writes a model that is read again, also rounded to a quarter of the size', async () => {
    const folder = await tempFolder();
    const [exact, rounded] = [join(folder, 'exact'), join(folder, 'rounded')];
    expect(await deconvnet(['convert', model, '--out', exact])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/exact\/model\.json: with \d+ files? of weights, [\d.]+ [kM]B\n$/),
    });
    expect((await deconvnet(['convert', model, '--out', rounded, '--quantize', 'uint8'])).code).toBe(0);
    const size = async (at: string): Promise<number> => {
      const files = (await readdir(at)).filter((name) => name.endsWith('.bin')).map((name) => stat(join(at, name)));
      return (await Promise.all(files)).reduce((sum, file) => sum + file.size, 0);
    };
    expect((await size(rounded)) / (await size(exact))).toBeLessThan(0.26);
    const listed = await deconvnet(['layers', model]);
    expect(await deconvnet(['layers', rounded])).toEqual(listed);
  });

  it('does not replace the model that it reads', async () => {
    const folder = await tempFolder();
    const file = join(folder, 'model.json');
    await writeFile(file, await readFile(join(model, 'model.json')));
    await writeFile(join(folder, 'weights.bin'), await readFile(join(model, 'weights.bin')));
    const said = await deconvnet(['convert', folder, '--out', folder]);
    expect(said).toMatchObject({
      code: EXIT.usage,
      err: expect.stringMatching(/exists, and saveModel did not write it/),
    });
    expect(await readFile(file)).toEqual(await readFile(join(model, 'model.json')));
  });
});
