import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  Deconvnet,
  type DeconvnetOptions,
  type Mirror,
  PatchMiner,
  type Selection,
  type UnpoolMirror,
} from 'deconvnet';
import { beforeEach, describe, expect, it } from 'vitest';
import { ascend, disposeAscent } from '../../../src/project/up/ascend.js';
import { use } from '../../support/backends.js';
import { largest } from '../../support/compare.js';
import { countKernels } from '../../support/count-kernels.js';
import { expectSame, projectBy } from '../../support/project/crop-against-whole.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

const conv = { filters: 8, kernelSize: 3, padding: 'same' as const, activation: 'relu' as const };

/** conv1, conv2, pool, conv3, on pictures of a size, or of any. */
function net(size: number | null): tfl.LayersModel {
  return fillWeights(
    tfl.sequential({
      layers: [
        tfl.layers.conv2d({ ...conv, inputShape: [size, size, 3], name: 'conv1' }),
        tfl.layers.conv2d({ ...conv, name: 'conv2' }),
        tfl.layers.maxPooling2d({ poolSize: 2, name: 'pool' }),
        tfl.layers.conv2d({ ...conv, name: 'conv3' }),
      ],
    }),
  );
}

/** Weights of a window's place: of conv1 on 3 channels, of conv2 and conv3 on 8. */
const [CONV1, CONV2, CONV3] = [3 * 72, 8 * 72, 8 * 72] as const;

beforeEach(() => use('cpu'));

describe('the multiply-adds of a projection', () => {
  const selection: Selection = { layer: 'conv3', featureMap: 0, position: [16, 16] };
  // One cell of conv3 sees 3x3 cells of the pool, 6x6 of conv2, 8x8 of conv1, 10x10 pixels. On the way down windows
  // stand on the side with more cells, and conv3 sends one of its eight maps.
  const cropped = CONV1 * 64 + CONV2 * 36 + CONV3 + CONV1 * 100 + CONV2 * 64 + (CONV3 / 8) * 9;
  const wholeUp = CONV1 * 4096 + CONV2 * 4096 + CONV3 * 1024;
  const wholeDown = CONV1 * 4096 + CONV2 * 4096 + (CONV3 / 8) * 1024;

  it('are those of what the activation sees, not of the picture', async () => {
    const model = net(64);
    const image = noiseTensor([64, 64, 3], 1);
    const part = await countKernels(() => projectBy('cropped', model, image, [selection]));
    const whole = await countKernels(() => projectBy('whole', model, image, [selection]));
    expect(part.multiplyAdds).toBe(cropped);
    expect(whole.multiplyAdds).toBe(wholeUp + wholeDown);
  });

  it('are so for a model that takes pictures of any size', async () => {
    const model = net(null);
    const image = noiseTensor([64, 64, 3], 1);
    const deconvnet = new Deconvnet(model);
    const { multiplyAdds } = await countKernels(() => deconvnet.project(image, selection));
    expect(multiplyAdds).toBe(cropped);
    expect(await expectSame(model, image, [selection, { ...selection, position: [0, 31] }])).toBe(2);
    await expect(deconvnet.project(image, { ...selection, position: [32, 0] })).rejects.toThrow(/positions run/);
  });

  it('of many maps share one way up', async () => {
    const deconvnet = new Deconvnet(net(64));
    deconvnet.engine.strategy = 'whole';
    const all = Array.from({ length: 8 }, (_, featureMap): Selection => ({ layer: 'conv3', featureMap }));
    const { multiplyAdds } = await countKernels(() => deconvnet.project(noiseTensor([64, 64, 3], 1), all));
    expect(multiplyAdds).toBe(wholeUp + 8 * wholeDown);
  });

  it('of a whole feature map are those of the part that the layer sees', async () => {
    const layers = [
      tfl.layers.conv2d({ ...conv, inputShape: [40, 40, 3], name: 'conv1' }),
      tfl.layers.cropping2D({ cropping: 14, name: 'cut' }),
      tfl.layers.conv2d({ ...conv, padding: 'valid', name: 'conv2' }),
    ];
    const model = fillWeights(tfl.sequential({ layers }));
    const image = noiseTensor([40, 40, 3], 1);
    const whole = { layer: 'conv2', featureMap: 1 };
    const deconvnet = new Deconvnet(model);
    const { multiplyAdds } = await countKernels(() => deconvnet.project(image, whole));
    // conv2 has 10x10 cells, which see 12x12 of conv1 and 14x14 pixels, of 40x40.
    expect(multiplyAdds).toBe(CONV1 * 144 + CONV2 * 100 + (CONV2 / 8) * 144 + CONV1 * 196);
    expect(await expectSame(model, image, [whole, { ...whole, position: 'strongest' }])).toBe(2);
  });
});

describe('a seed in one feature map', () => {
  /** The same mirrors, wrapped: they are not told of the map, and convolve all. */
  const wrapped: DeconvnetOptions = { filter: (_, builtIn) => ({ ...builtIn }) };
  const input = (shape: number[]) => tfl.input({ shape });
  const windows = { filters: 5, kernelSize: 3 };
  const networks: Record<string, () => tfl.SymbolicTensor[]> = {
    Conv1D: () => chain(input([9, 2]), tfl.layers.conv1d({ ...windows, strides: 2, padding: 'same' })),
    'Conv2D with a stride': () => chain(input([9, 8, 3]), tfl.layers.conv2d({ ...windows, strides: 2 })),
    'Conv2D, channels first': () =>
      chain(input([3, 7, 8]), tfl.layers.conv2d({ ...windows, dataFormat: 'channelsFirst', activation: 'tanh' })),
    SeparableConv2D: () => chain(input([7, 8, 3]), tfl.layers.separableConv2d({ ...windows, depthMultiplier: 2 })),
    Conv2DTranspose: () => chain(input([4, 5, 3]), tfl.layers.conv2dTranspose({ ...windows, strides: 2 })),
    Conv3D: () => chain(input([4, 5, 4, 2]), tfl.layers.conv3d({ ...windows, padding: 'same' })),
    'Dense, behind a Flatten': () =>
      chain(input([4, 3, 2]), tfl.layers.flatten(), tfl.layers.dense({ units: 6, activation: 'softmax' })),
    'pooling and normalisation above': () =>
      chain(
        input([8, 8, 3]),
        tfl.layers.conv2d(windows),
        tfl.layers.batchNormalization(),
        tfl.layers.leakyReLU(),
        tfl.layers.maxPooling2d({ poolSize: 2 }),
        tfl.layers.averagePooling2d({ poolSize: 2 }),
      ),
    'an addition of what is used twice': () => {
      const x = input([8, 8, 3]);
      const one = tfl.layers.conv2d({ ...windows, padding: 'same' }).apply(x) as tfl.SymbolicTensor;
      const two = tfl.layers.conv2d({ ...windows, padding: 'same' }).apply(one) as tfl.SymbolicTensor;
      return [x, tfl.layers.add().apply([one, two]) as tfl.SymbolicTensor];
    },
    'a global pooling': () => chain(input([6, 6, 3]), tfl.layers.conv2d(windows), tfl.layers.globalMaxPooling2d({})),
  };

  function chain(x: tfl.SymbolicTensor, ...layers: unknown[]): tfl.SymbolicTensor[] {
    return [x, layers.reduce<tfl.SymbolicTensor>((y, one) => (one as tfl.layers.Layer).apply(y) as typeof y, x)];
  }

  it('is not taken for granted below a mirror that a role has changed in place', async () => {
    const x = input([6, 6, 3]);
    const [, y] = chain(x, tfl.layers.conv2d(windows), tfl.layers.maxPooling2d({ poolSize: 2 })) as [unknown, typeof x];
    const model = fillWeights(tfl.model({ inputs: x, outputs: y }), { seed: 4, positive: true });
    const mixing = (down: Mirror['down']): Mirror['down'] => {
      return (signal, at) => tf.reverse([down(signal, at)].flat()[0]!, 3);
    };
    const project = async (unpool: UnpoolMirror): Promise<number[]> => {
      const { pixels } = await new Deconvnet(model, { unpool }).project(noiseTensor([6, 6, 3], 2), {
        layer: model.outputNames[0]!,
        featureMap: 0,
      });
      return Array.from(await pixels.data());
    };
    const wrapped = await project((_, builtIn) => ({ ...builtIn, down: mixing(builtIn.down.bind(builtIn)) }));
    const changed = await project((_, builtIn) => Object.assign(builtIn, { down: mixing(builtIn.down) }));
    expect(largest(wrapped)).toBeGreaterThan(0);
    expect(changed).toEqual(wrapped);
  });

  it.each(Object.entries(networks))('comes down as one in all maps would: %s', async (_, build) => {
    const [x, y] = build() as [tfl.SymbolicTensor, tfl.SymbolicTensor];
    const model = fillWeights(tfl.model({ inputs: x, outputs: y }), { seed: 4, positive: true });
    const batch = noiseTensor([3, ...(x.shape.slice(1) as number[])], 5);
    // Maps in an order that has to be kept, one of them twice.
    const selections = [4, 1, 4, 0].map((featureMap): Selection => ({ layer: model.outputNames[0]!, featureMap }));
    const told = new Deconvnet(model);
    const untold = new Deconvnet(model, wrapped);
    let got = await told.projectBatch(batch, selections);
    const want = await untold.projectBatch(batch, selections);
    let lit = 0;
    for (const [i, projection] of got.entries()) {
      const values = await want[i]!.pixels.data();
      const most = largest(Array.from(values));
      const difference = largest(Array.from(await projection.pixels.data(), (value, at) => value - values[at]!));
      expect(difference).toBeLessThanOrEqual(1e-6 * most);
      if (most > 0) lit++;
    }
    expect(lit).toBeGreaterThan(0);
    tf.dispose([...got, ...want].map(({ pixels }) => pixels));
    const [less, more] = [
      await countKernels(async () => {
        got = await told.projectBatch(batch, selections);
      }),
      await countKernels(() => untold.projectBatch(batch, selections)),
    ];
    expect(less.multiplyAdds).toBeLessThan(more.multiplyAdds);
  });
});

describe('the memory held at one time', () => {
  it('of the way up is only what the way down needs: the switches, under the rule deconvnet', async () => {
    const { engine } = new Deconvnet(net(32));
    const conv3 = engine.network.nodes.at(-1)!;
    const before = tf.memory();
    const image = noiseTensor([1, 32, 32, 3], 1);
    const options = { targets: [conv3], record: true, atInputs: true };
    const ascent = ascend(engine.network, engine.mirrors, [image], options);
    const weights = ascent.prepared.flatMap((lent) => lent?.steps.flat() ?? []);
    // int32 switches of 16x16 windows and the output, both of 8 maps.
    const kept = 4 * 16 * 16 * 8 + 4 * 16 * 16 * 8;
    const held = tf.memory().numBytes - before.numBytes - 4 * image.size;
    expect(held - weights.reduce((bytes, { size }) => bytes + 4 * size, 0)).toBe(kept);
    disposeAscent(ascent);
    image.dispose();
    expect(tf.memory().numBytes - before.numBytes).toBe(4 * weights.reduce((count, { size }) => count + size, 0));
  });

  it('is bounded by maxBytes, and changes nothing', async () => {
    const model = net(32);
    const batch = noiseTensor([6, 32, 32, 3], 2);
    const selections: Selection[] = [
      { layer: 'conv3', featureMap: 1 },
      { layer: 'conv3', featureMap: 5, position: 'strongest' },
      { layer: 'conv2', featureMap: 2, position: [3, 30] },
    ];
    // One picture's widest layer is conv1: 32x32 cells of 8 maps. Three of these are what one picture takes.
    const one = 3 * 4 * 32 * 32 * 8;
    const run = async (maxBytes?: number) => {
      const deconvnet = new Deconvnet(model, maxBytes === undefined ? {} : { maxBytes });
      const projections = await deconvnet.projectBatch(batch, selections);
      const values = await Promise.all(projections.map(({ pixels }) => pixels.data()));
      for (const projection of projections) projection.dispose();
      const { peakBytes } = await countKernels(async () => {
        for (const made of await deconvnet.projectBatch(batch, selections)) made.dispose();
      });
      deconvnet.dispose();
      return { values, peakBytes };
    };
    const free = await run();
    const bound = await run(2 * one);
    expect(bound.values).toEqual(free.values);
    // The projections themselves are the caller's: 18 pictures of floats, which exist until the last is made.
    const given = 18 * 4 * 32 * 32 * 3;
    expect(bound.peakBytes).toBeLessThan(given + 3 * one + 6 * 4 * 32 * 32 * 3);
    expect(free.peakBytes).toBeGreaterThan(given + 4 * one);
    expect(() => new Deconvnet(model, { maxBytes: 0 })).toThrow(/maxBytes/);
  });

  it('does not grow from call to call, whatever the route', async () => {
    const deconvnet = new Deconvnet(net(32));
    const miner = new PatchMiner(deconvnet, { layers: ['conv2', 'conv3'], k: 4 });
    const batch = noiseTensor([4, 32, 32, 3], 2);
    const ids = ['a', 'b', 'c', 'd'];
    const work = async () => {
      await miner.add(batch, ids);
      const made = [
        ...(await deconvnet.projectBatch(batch, { layer: 'conv3', featureMap: 1, position: 'strongest' })),
        ...(await deconvnet.projectBatch(batch, { layer: 'conv2', featureMap: 1, position: [4, 4] })),
        ...(await miner.project('conv2', 3)),
      ];
      for (const projection of made) projection.dispose();
    };
    await work();
    const { numTensors, numBytes, numDataBuffers } = tf.memory();
    await work();
    expect(tf.memory()).toMatchObject({ numTensors, numBytes, numDataBuffers });
  });
});

describe('how many convolutions run', () => {
  it('does not depend on how many pictures have an activation at the same place', async () => {
    const deconvnet = new Deconvnet(net(64));
    const selection: Selection = { layer: 'conv3', featureMap: 0, position: [16, 16] };
    const one = await countKernels(() => deconvnet.projectBatch(noiseTensor([1, 64, 64, 3], 1), selection));
    const nine = await countKernels(() => deconvnet.projectBatch(noiseTensor([9, 64, 64, 3], 1), selection));
    expect(one.convolutions).toBe(6);
    expect(nine.convolutions).toBe(6);
    expect(nine.multiplyAdds).toBe(9 * one.multiplyAdds);
  });
});
