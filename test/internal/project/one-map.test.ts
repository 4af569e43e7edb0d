import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type FilterMirror, type Mirror } from 'deconvnet';
import { beforeEach, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

beforeEach(() => use('cpu'));

/** How many feature maps the filter mirror of a convolution with five is given, for a seed in one of them. */
async function mapsSeen(wrap: (builtIn: Mirror, down: Mirror['down']) => Mirror): Promise<number[]> {
  const conv = tfl.layers.conv2d({ filters: 5, kernelSize: 3, inputShape: [7, 7, 2], name: 'conv' });
  const model = fillWeights(tfl.sequential({ layers: [conv] }));
  const seen: number[] = [];
  const filter: FilterMirror = (_layer, builtIn) => {
    const { down } = builtIn;
    return wrap(builtIn, (signal, at) => {
      seen.push(signal.shape.at(-1)!);
      return down(signal, at);
    });
  };
  await new Deconvnet(model, { filter }).project(noiseTensor([7, 7, 2], 2), { layer: 'conv', featureMap: 3 });
  return seen;
}

describe('a mirror that wraps a built-in filter is given all feature maps', () => {
  it('if it is a copy with another way down', async () => {
    expect(await mapsSeen((builtIn, down) => ({ ...builtIn, down }))).toEqual([5]);
  });

  it('if its way down was replaced in place', async () => {
    expect(await mapsSeen((builtIn, down) => Object.assign(builtIn, { down }))).toEqual([5]);
  });

  it('if it inherits from the built-in mirror', async () => {
    expect(await mapsSeen((builtIn, down) => Object.assign(Object.create(builtIn), { down }))).toEqual([5]);
  });
});
