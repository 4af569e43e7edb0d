import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, expect, it } from 'vitest';
import { findNode } from '../../../../src/network/network.js';
import { shareAbove } from '../../../../src/node/studies/ablation/share-above.js';
import { use } from '../../../support/backends.js';

beforeAll(() => use('cpu'));

/** Four convolutions that cost the same, one above the other. The third is added to the first if there is a branch. */
function fourAlike(side: number | null, branch = false): tfl.LayersModel {
  const input = tfl.input({ shape: [side, side, 2] });
  const made: tfl.SymbolicTensor[] = [input];
  for (const name of ['a', 'b', 'c', 'd']) {
    const conv = tfl.layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', name });
    const below =
      name === 'd' && branch ? (tfl.layers.add().apply([made[1]!, made[3]!]) as tfl.SymbolicTensor) : made.at(-1)!;
    made.push(conv.apply(below) as tfl.SymbolicTensor);
  }
  return tfl.model({ inputs: input, outputs: made.at(-1)! });
}

function shares(model: tfl.LayersModel): number[] {
  const deconvnet = new Deconvnet(model);
  const top = findNode(deconvnet.engine.network, 'd');
  const found = ['a', 'b', 'c', 'd'].map((name) => shareAbove(deconvnet, name, top));
  deconvnet.dispose();
  model.dispose();
  return found;
}

it('is the part of the layers that are above a layer, whatever the size of the picture', () => {
  for (const side of [8, null]) expect(shares(fourAlike(side))).toEqual([0.75, 0.5, 0.25, 0]);
});

it('contains the layers of a branch past the layer', () => {
  const [a, b, c] = shares(fourAlike(8, true));
  expect(a).toBeGreaterThan(0.75);
  // Without c, the branch still needs a.
  expect(b).toBeGreaterThan(0.75);
  expect(c).toBeGreaterThan(0.5);
  expect(c).toBeLessThan(0.6);
});
