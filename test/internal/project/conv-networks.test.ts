import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { describe, expect, it } from 'vitest';
import type { Layer } from '../../../src/network/layer-access.js';
import { use } from '../../support/backends.js';
import { expectClose, largest, values } from '../../support/compare.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

const { layers } = tfl;

/** Small networks of every convolution and pooling class whose gradient tfjs has right on the cpu. */
const networks: readonly { readonly title: string; readonly shape: number[]; readonly stack: () => unknown[] }[] = [
  {
    title: 'depthwise and separable',
    shape: [13, 12, 3],
    stack: () => [
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu6', name: 'stem' }),
      layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthMultiplier: 2, activation: 'relu', name: 'depth' }),
      layers.separableConv2d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'swish', name: 'separable' }),
      layers.averagePooling2d({ poolSize: 2, name: 'average' }),
      layers.globalAveragePooling2d({ name: 'mean' } as never),
      layers.dense({ units: 3, name: 'classes' }),
    ],
  },
  {
    title: 'over one axis',
    shape: [29, 2],
    stack: () => [
      layers.conv1d({ filters: 5, kernelSize: 4, strides: 2, padding: 'same', activation: 'relu', name: 'conv1' }),
      layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same', name: 'peaks' }),
      layers.conv1d({ filters: 4, kernelSize: 3, name: 'conv2' }),
      layers.averagePooling1d({ poolSize: 2, name: 'average' }),
      layers.globalMaxPooling1d({ name: 'peak' }),
    ],
  },
  {
    title: 'over three axes',
    shape: [6, 7, 8, 1],
    stack: () => [
      layers.conv3d({
        filters: 3,
        kernelSize: 3,
        strides: [1, 2, 2],
        padding: 'same',
        activation: 'elu',
        name: 'conv1',
      }),
      layers.averagePooling3d({ poolSize: 2, name: 'average' }),
      layers.conv3d({ filters: 4, kernelSize: [2, 1, 2], name: 'conv2' }),
    ],
  },
  {
    title: 'down and up again',
    shape: [9, 10, 2],
    stack: () => [
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, activation: 'relu', name: 'narrow' }),
      layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, activation: 'relu', name: 'wide' }),
      layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', name: 'last' }),
      layers.globalMaxPooling2d({ name: 'peak' } as never),
    ],
  },
];

function networkOf({ shape, stack }: (typeof networks)[number]): tfl.LayersModel {
  const input = tfl.input({ shape });
  const output = stack().reduce<tfl.SymbolicTensor>(
    (below, layer) => (layer as Layer).apply(below) as tfl.SymbolicTensor,
    input,
  );
  return fillWeights(tfl.model({ inputs: input, outputs: output }), { seed: 3 });
}

describe.each(networks)('a network $title', (network) => {
  it('projects, under the rule gradient, what tf.grad finds', async () => {
    await use('cpu');
    const model = networkOf(network);
    const image = noiseTensor(network.shape, 8);
    const deconvnet = new Deconvnet(model, { rule: 'gradient' });
    for (const layer of model.layers.slice(1)) {
      const part = tfl.model({ inputs: model.inputs, outputs: layer.output as tfl.SymbolicTensor });
      const wanted = tf.grad((x: tf.Tensor) => {
        const output = part.apply(x, { training: false }) as tf.Tensor;
        const map = tf.gather(output, [1], output.rank - 1);
        return tf.mul(0.5, tf.sum(tf.square(map)));
      })(tf.expandDims(image));
      const projection = await deconvnet.project(image, { layer: layer.name, featureMap: 1 });
      expectClose(await values(projection), Array.from(await wanted.data()), 1e-4);
    }
  });

  it('projects the same on wasm as on the cpu, and nothing outside the receptive field', async () => {
    const projected: number[][] = [];
    for (const backend of ['cpu', 'wasm'] as const) {
      await use(backend);
      const deconvnet = new Deconvnet(networkOf(network));
      const image = noiseTensor(network.shape, 8);
      const last = deconvnet.layers.filter(({ className }) => className.includes('Conv')).at(-1)!;
      const map = { layer: last.name, featureMap: 0 };
      const [strongest] = await deconvnet.project(image, [{ ...map, position: 'strongest' as const }, map]);
      const { start, size } = strongest!.receptiveField;
      const outside = (await values(strongest!)).filter((_, i) => {
        const at = network.shape.slice(0, -1).map((_, axis) => {
          const inner = network.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
          return Math.floor(i / inner) % network.shape[axis]!;
        });
        return at.some((cell, axis) => cell < start[axis]! || cell >= start[axis]! + size[axis]!);
      });
      expect(outside.length === 0 ? 0 : largest(outside)).toBe(0);
      expect(strongest!.empty).toBe(false);
      projected.push(await values(strongest!));
    }
    expectClose(projected[1]!, projected[0]!);
  });
});

describe('what tfjs computes against its own shapes', () => {
  it('is refused for Conv1D with channels first', async () => {
    await use('cpu');
    const layer = layers.conv1d({ inputShape: [3, 8], filters: 2, kernelSize: 2, dataFormat: 'channelsFirst' });
    const deconvnet = new Deconvnet(tfl.sequential({ layers: [layer] }));
    const image = noiseTensor([3, 8], 1);
    await expect(deconvnet.project(image, { layer: layer.name, featureMap: 0 })).rejects.toMatchObject({
      code: 'unsupported-layer',
      layer: layer.name,
    });
  });

  it('is refused for SeparableConv2D with channels first and a bias of several maps, and only there', async () => {
    await use('cpu');
    const options = { inputShape: [3, 4, 5], kernelSize: 1, dataFormat: 'channelsFirst' as const };
    for (const [filters, useBias, refused] of [
      [4, true, true],
      [4, false, false],
      [1, true, false],
    ] as const) {
      const layer = layers.separableConv2d({ ...options, filters, useBias });
      const deconvnet = new Deconvnet(fillWeights(tfl.sequential({ layers: [layer] })));
      const projected = deconvnet.project(noiseTensor([3, 4, 5], 1), { layer: layer.name, featureMap: 0 });
      if (refused) await expect(projected).rejects.toMatchObject({ code: 'unsupported-layer', layer: layer.name });
      else expect((await projected).empty).toBe(false);
    }
  });
});
