import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { loadLayersModel } from 'deconvnet/models';
import { afterEach, beforeAll, expect, it } from 'vitest';

beforeAll(() => tf.setBackend('cpu'));

const { classNameMap } = tf.serialization.SerializationMap.getMap();
const before = { ...classNameMap };
afterEach(() => {
  for (const name of Object.keys(classNameMap)) delete classNameMap[name];
  Object.assign(classNameMap, before);
});

/** A network of one layer, as a `.keras` file has it (with `module`) or a `.h5` file (without). */
function open(layer: object): Promise<tfl.LayersModel> {
  const layers = [
    { module: 'keras.layers', class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 4, 4, 2] } },
    layer,
  ];
  return loadLayersModel({
    load: async () => ({
      modelTopology: { class_name: 'Sequential', config: { name: 's', layers } },
      weightSpecs: [],
      weightData: new ArrayBuffer(0),
    }),
  });
}

const own = (class_name: string, registered_name = `Custom>${class_name}`): object => ({
  ...{ module: null, class_name, registered_name },
  config: { name: 'own', rate: 0.5, height: 2, width: 2, groups: 1, depth_radius: 1, factor: 0.5, pool_size: [2, 2] },
});

function named(className: string): void {
  tf.serialization.registerClass(
    class extends tfl.layers.Layer {
      static readonly className = className;

      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return tf.mul([inputs].flat()[0]!, 7);
      }
    },
  );
}

async function expectOwn(layer: object): Promise<void> {
  const model = await open(layer);
  const output = tf.tidy(() => (model.predict(tf.ones([1, 4, 4, 2])) as tf.Tensor).dataSync());
  expect(new Set(output)).toEqual(new Set([7]));
  model.dispose();
}

it.each([
  ...['Softmax', 'UnitNormalization', 'LayerScale', 'SpatialDropout2D', 'RandomContrast', 'Identity'],
  ...['StochasticDepth', 'DropPath', 'LRN', 'Resizing', 'MaxPooling2D'],
])('a %s of the author is not read as the one of Keras', async (className) => {
  const { numTensors } = tf.memory();
  for (const registered of [`Custom>${className}`, className]) {
    await expect(open(own(className, registered))).rejects.toMatchObject({ code: 'unsupported-layer', layer: 'own' });
  }
  await expect(open({ ...own(className), module: 'their.layers' })).rejects.toThrow(/unsupported|does not have/);
  expect(tf.memory().numTensors).toBe(numTensors);
});

it('a class with a package is named with what it has to be called in JavaScript', async () => {
  const { module: _module, ...legacy } = own('Softmax') as { module: null };
  for (const layer of [own('Softmax'), { ...legacy, class_name: 'Custom>UnitNormalization' }]) {
    await expect(open(layer)).rejects.toThrow(
      /static className = 'Custom>\w+'.*registerClass\((Softmax|UnitNorm\w+)\)/,
    );
  }
});

it.each(['Custom>Softmax', 'Softmax'])('a class of the author is used if it is registered as %s', async (name) => {
  named(name);
  await expectOwn(own('Softmax'));
});

it.each(['Resizing', 'MaxPooling2D', 'SpatialDropout2D'])(
  'a %s that the user has registered is used in place of that of TensorFlow.js',
  async (name) => {
    named(name);
    await expectOwn({ class_name: name, config: { name: 'own', pool_size: [2, 2], height: 2, width: 2, rate: 0.1 } });
  },
);

it.each(['keras.src.applications.convnext', 'keras_cv.layers'])('a class of %s is one of Keras', async (module) => {
  const layer = {
    module,
    class_name: 'DropPath',
    registered_name: 'keras_cv>DropPath',
    config: { name: 'd', rate: 0.5 },
  };
  expect((await open(layer)).layers[1]!.getClassName()).toBe('Activation');
});
