import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { Deconvnet, renderFilters } from 'deconvnet';
import { loadLayersModel } from 'deconvnet/models';
import { beforeAll, expect, it } from 'vitest';

beforeAll(() => tf.setBackend('cpu'));

/** A network of Keras with two convolutions, the first of which has groups: 2 channels of 4 for each of 6 filters. */
function grouped(): ReturnType<typeof loadLayersModel> {
  const conv = (name: string, filters: number, groups: number): object => ({
    class_name: 'Conv2D',
    config: { name, filters, kernel_size: [3, 3], groups, use_bias: false, batch_input_shape: [null, 8, 8, 4] },
  });
  const specs = [
    { name: 'a/kernel', shape: [3, 3, 2, 6], dtype: 'float32' as const },
    { name: 'b/kernel', shape: [3, 3, 6, 5], dtype: 'float32' as const },
  ];
  return loadLayersModel({
    load: async () => ({
      modelTopology: { class_name: 'Sequential', config: { name: 's', layers: [conv('a', 6, 2), conv('b', 5, 1)] } },
      weightSpecs: specs,
      weightData: new Float32Array(3 * 3 * 2 * 6 + 3 * 3 * 6 * 5).fill(1).buffer,
    }),
  });
}

it('the filters of a first convolution with groups are drawn, each with the channels of its group', async () => {
  const model = await grouped();
  const filters = await renderFilters(model);
  expect(filters).toHaveLength(6);
  model.dispose();
});

it('the name of a class means the class in its place too, whose whole name comes first', async () => {
  const model = await grouped();
  const used: string[] = [];
  const by = (key: string) => () => {
    used.push(key);
    return { down: (signal: tf.Tensor) => signal };
  };
  new Deconvnet(model, { input: 'raw', mirrors: { Conv2D: by('Conv2D') } }).dispose();
  expect(used).toEqual(['Conv2D', 'Conv2D']);
  used.length = 0;
  new Deconvnet(model, { input: 'raw', mirrors: { Conv2D: by('Conv2D'), KerasConv2D: by('KerasConv2D') } }).dispose();
  expect(used).toEqual(['KerasConv2D', 'Conv2D']);
  model.dispose();
});
