import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { Deconvnet } from '../../../../src/index.js';
import { StudyFolder } from '../../../../src/node/studies/kit/study-folder.js';
import { type PatchAndProjection, writePairs } from '../../../../src/node/studies/kit/write-pairs.js';
import { checkContrast } from '../../../../src/render/contrast.js';
import { tempFolder } from '../../../support/temp-folder.js';

const SIDE = 16;
/** A patch that is larger than the picture, which lies in its middle. */
const landing = { start: [-8, -8], size: [2 * SIDE, 2 * SIDE] };

describe('writePairs', () => {
  const model = tfl.sequential({
    layers: [tfl.layers.conv2d({ inputShape: [SIDE, SIDE, 3], filters: 1, kernelSize: 3 })],
  });
  const deconvnet = new Deconvnet(model, { input: 'unit' });
  afterAll(() => model.dispose());

  it('shows only the part of large patches in which the projections are, and nothing outside of the picture', async () => {
    const { out, written } = await write([pairAt(2, 3), pairAt(10, 9)], 'focus');
    for (const { size, window, patch, projection } of written) {
      expect(window.size).toEqual([5, 5]);
      expect(window.start.every((start) => start >= 0 && start + 5 <= SIDE)).toBe(true);
      expect(await shown(join(out, patch))).toEqual({ ...size, opaque: true });
      expect(await shown(join(out, projection))).toEqual({ ...size, opaque: true });
    }
    expect(written[0]!.size).toEqual(written[1]!.size);
    expect(written[0]!.scale).toBe(written[1]!.scale);
  });

  it('shows all of the patch that lies in the picture if it is told to', async () => {
    const { out, written } = await write([pairAt(2, 3)], 'field');
    expect(written[0]!.window).toEqual({ start: [0, 0], size: [SIDE, SIDE] });
    expect(await shown(join(out, written[0]!.patch))).toEqual({ width: SIDE, height: SIDE, opaque: true });
  });

  it('writes nothing of a feature map that no picture excites', async () => {
    expect((await write([], 'focus')).written).toEqual([]);
  });

  async function write(pairs: readonly PatchAndProjection[], zoom: 'focus' | 'field') {
    const out = join(await tempFolder(), 'study');
    const folder = await StudyFolder.open(out, 'planned');
    const fileOf = (place: number, what: string): string => `pictures/${place}-${what}`;
    return { out, written: await writePairs(deconvnet, pairs, { contrast: checkContrast({}), zoom, folder, fileOf }) };
  }
});

/** A grey picture, and a projection of 4 x 4 pixels at a place of the picture. */
function pairAt(top: number, left: number): PatchAndProjection {
  const [height, width] = landing.size as [number, number];
  const values = new Float32Array(height * width * 3);
  for (let y = 0; y < 4; y++) {
    for (let x = 0; x < 4; x++)
      values.fill(1, ((top + y + 8) * width + left + x + 8) * 3).fill(0, ((top + y + 8) * width + left + x + 9) * 3);
  }
  return {
    landing,
    pixels: { data: new Float32Array(SIDE * SIDE * 3).fill(0.5), shape: [SIDE, SIDE, 3], start: [0, 0] },
    projection: { values, shape: [height, width, 3], activation: 1, empty: false },
  };
}

async function shown(path: string): Promise<{ width: number; height: number; opaque: boolean }> {
  const { data, info } = await sharp(await readFile(path))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const opaque = data.every((value, i) => i % 4 < 3 || value === 255);
  return { width: info.width, height: info.height, opaque };
}
