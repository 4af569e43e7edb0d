import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolveRule } from '../../../src/mirrors/rules.js';
import { findNode } from '../../../src/network/network.js';
import { disposeAscent } from '../../../src/project/up/ascend.js';
import { ascendRows } from '../../../src/project/up/ascend-rows.js';
import { readPictureInput } from '../../../src/studies/kit/picture-input.js';
import { projectMixed } from '../../../src/studies/sanity/mixed-projections.js';
import { layersBelow, randomNetwork } from '../../../src/studies/sanity/random-network.js';
import { withRandomSwitches } from '../../../src/studies/sanity/random-switches.js';
import { projectCells } from '../../../src/studies/sanity/sanity-projection.js';
import { backends, use } from '../../support/backends.js';
import { smallConvnet } from '../../support/project/networks.js';
import { picture } from '../../support/studies/sanity.js';

describe.each(backends)('random switches on %s', (backend) => {
  beforeAll(() => use(backend));

  /** The switches that a rule records for a max pooling of zeros, 3x3 with stride 2, padded to 3x3 windows. */
  async function switchesOf(seed: number, maps: number): Promise<Int32Array> {
    const model = tfl.sequential({
      layers: [
        tfl.layers.maxPooling2d({ inputShape: [5, 5, maps], poolSize: 3, strides: 2, padding: 'same', name: 'pool' }),
      ],
    });
    const deconvnet = new Deconvnet(model);
    const rule = withRandomSwitches(resolveRule({}), seed);
    const engine = deconvnet.engine.alike({ rule });
    const node = findNode(engine.network, 'pool');
    const image = tf.zeros([1, 5, 5, maps]);
    const ascent = ascendRows(engine, [image], [0], { targets: [node], record: true, crop: undefined });
    const [[record]] = ascent.records[node.index] as [[tf.Tensor]];
    expect(record.shape).toEqual([1, 3, 3, maps]);
    const switches = Int32Array.from(await record.data());
    disposeAscent(ascent);
    engine.dispose();
    deconvnet.dispose();
    tf.dispose(image);
    model.dispose();
    return switches;
  }

  it('lie on each real cell of a window alike, and never on padding', async () => {
    const maps = 3000;
    const switches = await switchesOf(0, maps);
    // The first window begins in the padding above and left of the picture, so its real cells are 4, 5, 7 and 8.
    const corner = Array.from({ length: 9 }, () => 0);
    const middle = Array.from({ length: 9 }, () => 0);
    for (let map = 0; map < maps; map++) {
      corner[switches[map]!]!++;
      middle[switches[4 * maps + map]!]!++;
    }
    for (const [cell, count] of corner.entries()) {
      if (![4, 5, 7, 8].includes(cell)) expect(count).toBe(0);
      // Each count has a mean of 750 and a deviation of 24.
      else expect(Math.abs(count - 750)).toBeLessThan(120);
    }
    // Each count has a mean of 333 and a deviation of 17.
    for (const count of middle) expect(Math.abs(count - 333)).toBeLessThan(90);
  });

  it('follow from the seed', async () => {
    const first = await switchesOf(0, 20);
    expect(await switchesOf(0, 20)).toEqual(first);
    expect(await switchesOf(1, 20)).not.toEqual(first);
  });

  it('go with mixed ways down that are those of one network if nothing is mixed, also a random one', async () => {
    const model = smallConvnet();
    const deconvnet = new Deconvnet(model);
    const node = findNode(deconvnet.engine.network, 'linear');
    const image = picture([12, 10, 3]);
    const held = await readPictureInput('test', deconvnet, image, 'a');
    const cells = [0, 3, 6].map((featureMap) => ({ featureMap, position: [] }));
    const random = await randomNetwork(deconvnet, layersBelow(deconvnet, node).at(-1)!, 3);
    for (const name of ['deconvnet', 'guided', 'gradient'] as const) {
      const engine = deconvnet.engine.alike({ rule: resolveRule({ rule: name }), network: random.network });
      const target = engine.network.nodes[node.index]!;
      const options = { targets: [target], record: true, crop: undefined };
      const records = ascendRows(engine, [held.tensor], [0], options);
      const turn = { batchSize: 2, signal: undefined, tell: () => undefined };
      const mixed = await projectMixed(engine, records, { picture: held, node: target, cells }, turn);
      expect(mixed).toEqual(await projectCells(engine, held, target, cells));
      disposeAscent(records);
      engine.dispose();
    }
    random.dispose();
    deconvnet.dispose();
    tf.dispose([image, held.tensor]);
    model.dispose();
  });
});
