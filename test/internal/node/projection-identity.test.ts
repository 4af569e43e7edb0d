import type { LayersModel } from '@tensorflow/tfjs-layers';
import { Deconvnet, type DeconvnetOptions, PatchMiner } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectionIdentity } from '../../../src/node/projecting/projection-identity.js';
import { use } from '../../support/backends.js';
import { gatedNetworks } from '../../support/project/gated-networks.js';
import { noiseTensor } from '../../support/project/networks.js';

const { make, inputs } = gatedNetworks['pooling, Reshape and 1x1 convolutions']!;

describe('the identity of the projections of a gallery', () => {
  let model: LayersModel;
  beforeAll(async () => {
    await use('cpu');
    model = make();
  });

  /** The identity of what a miner found in one image, with these options. */
  async function identityWith(options: DeconvnetOptions): Promise<unknown> {
    const deconvnet = new Deconvnet(model, options);
    const miner = new PatchMiner(deconvnet, { layers: ['top'] });
    const image = noiseTensor([1, ...inputs[0]!], 3);
    await miner.add(image, ['a']);
    image.dispose();
    const identity = await projectionIdentity(miner, miner.pictureWork({}));
    deconvnet.dispose();
    return identity;
  }

  it('is the same for the same options, and another for another rule or for gates that get the signal', async () => {
    const identity = await identityWith({});
    expect(await identityWith({ gates: 'constant' })).toEqual(identity);
    expect(await identityWith({ gates: 'signal' })).not.toEqual(identity);
    expect(await identityWith({ rule: 'guided' })).not.toEqual(identity);
  });
});
