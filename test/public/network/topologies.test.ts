import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { expectClose, values } from '../../support/compare.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

const { add, conv2d, dense, flatten, globalAveragePooling2d, multiply } = tfl.layers;
type Symbolic = tfl.SymbolicTensor;
const on = (layer: unknown, x: Symbolic | Symbolic[]): Symbolic => (layer as tfl.layers.RNN).apply(x) as Symbolic;
const same = { kernelSize: 3, padding: 'same' as const };

/** Under the rule gradient a projection of one activation is that activation times its gradient. */
async function expectGradient(model: tfl.LayersModel, layer: string, part: tfl.LayersModel = model): Promise<void> {
  const image = noiseTensor([6, 6, 2], 9);
  const position = part.outputs[0]!.shape.length === 4 ? [2, 3] : [];
  const pick = (x: tf.Tensor): tf.Tensor => {
    const y = part.apply(tf.expandDims(x, 0), { training: false }) as tf.Tensor;
    return tf.sum(
      tf.slice(
        y,
        [0, ...position, 1],
        y.shape.map(() => 1),
      ),
    );
  };
  const want = await tf.mul(tf.grad(pick)(image), pick(image)).data();
  const deconvnet = new Deconvnet(model, { rule: 'gradient' });
  const projection = await deconvnet.project(image, { layer, featureMap: 1, position });
  expectClose(await values(projection), Array.from(want), 1e-4);
}

describe('topologies', () => {
  beforeAll(() => use('cpu'));

  it('a layer used twice is two nodes, the second one numbered', async () => {
    const input = tfl.input({ shape: [6, 6, 2], name: 'pixels' });
    const shared = conv2d({ ...same, filters: 2, activation: 'tanh', name: 'shared' });
    const once = on(shared, input);
    const twice = on(shared, once);
    const sum = on(add({ name: 'sum' }), [once, twice]);
    const model = fillWeights(tfl.model({ inputs: input, outputs: sum }));
    const names = new Deconvnet(model).layers.map(({ name }) => name);
    expect(names).toEqual(['pixels', 'shared', 'shared#2', 'sum']);
    await expectGradient(model, 'sum');
    await expectGradient(model, 'shared#2', tfl.model({ inputs: input, outputs: twice }));
    await expectGradient(model, 'shared', tfl.model({ inputs: input, outputs: once }));
  });

  it('models in models are flattened, with their names as prefix', async () => {
    const inner = tfl.sequential({
      name: 'inner',
      layers: [conv2d({ ...same, inputShape: [6, 6, 2], filters: 2, activation: 'elu', name: 'conv' })],
    });
    const entry = tfl.input({ shape: [6, 6, 2], name: 'entry' });
    const gate = on(conv2d({ ...same, filters: 2, activation: 'sigmoid', name: 'gate' }), entry);
    const middle = tfl.model({
      inputs: entry,
      outputs: on(multiply({ name: 'gated' }), [on(inner, entry), gate]),
      name: 'middle',
    });
    const input = tfl.input({ shape: [6, 6, 2], name: 'pixels' });
    const first = on(middle, input);
    const second = on(middle, first);
    const mean = on(globalAveragePooling2d({ name: 'mean' }), second);
    const model = fillWeights(tfl.model({ inputs: input, outputs: on(dense({ units: 2, name: 'top' }), mean) }));
    const deconvnet = new Deconvnet(model);
    const names = deconvnet.layers.map(({ name }) => name);
    expect(names).toContain('middle/inner/conv');
    expect(names).toContain('middle/gated#2');
    await expectGradient(model, 'top');
    const image = noiseTensor([6, 6, 2], 9);
    expect((await deconvnet.project(image, { layer: 'inner/conv', featureMap: 0 })).layer).toBe('middle/inner/conv');
    await expect(deconvnet.project(image, { layer: 'conv#3', featureMap: 0 })).rejects.toMatchObject({
      code: 'unknown-layer',
    });
  });

  it('a Sequential in a functional model, and several outputs', async () => {
    const input = tfl.input({ shape: [6, 6, 2], name: 'pixels' });
    const stem = on(conv2d({ ...same, filters: 3, activation: 'swish', name: 'stem' }), input);
    const head = tfl.sequential({
      name: 'head',
      layers: [flatten({ inputShape: [6, 6, 3], name: 'flat' }), dense({ units: 2, name: 'units' })],
    });
    const [left, right] = [on(head, stem), on(conv2d({ filters: 2, kernelSize: 1, name: 'right' }), stem)];
    const model = fillWeights(tfl.model({ inputs: input, outputs: [left, right] }));
    await expectGradient(model, 'units', tfl.model({ inputs: input, outputs: left }));
    await expectGradient(model, 'right', tfl.model({ inputs: input, outputs: right }));
  });

  it('a layer that counts channels first on one that counts them last', async () => {
    const conv = conv2d({ ...same, filters: 5, inputShape: [4, 6, 5], activation: 'tanh', name: 'conv' });
    const pool = tfl.layers.maxPooling2d({ poolSize: 2, dataFormat: 'channelsFirst', name: 'pool' });
    const model = fillWeights(tfl.sequential({ layers: [conv, pool] }));
    const image = noiseTensor([4, 6, 5], 2);
    const pick = (x: tf.Tensor): tf.Tensor =>
      tf.sum(tf.slice(model.apply(tf.expandDims(x, 0)) as tf.Tensor, [0, 1, 2, 0], [1, 1, 1, 1]));
    const want = await tf.mul(tf.grad(pick)(image), pick(image)).data();
    const deconvnet = new Deconvnet(model, { rule: 'gradient' });
    const projection = await deconvnet.project(image, { layer: 'pool', featureMap: 1, position: [2, 0] });
    expectClose(await values(projection), Array.from(want));
  });
});
