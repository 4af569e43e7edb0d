import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { fromKeras, loadLayersModel } from 'deconvnet/models';
import { loadModel } from 'deconvnet/node';
import { beforeAll, expect, it } from 'vitest';
import { EXIT } from '../../../src/cli/exit-code.js';
import { disposeWhole, expectAsKeras, kerasBytes, kerasPath } from '../../support/models/keras-reference.js';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

beforeAll(() => tf.setBackend('cpu'));

/** The class of `custom-layer.keras`. */
class Doubling extends tfl.layers.Layer {
  static readonly className = 'Doubling';
  private readonly factor: number;

  constructor(config: ConstructorParameters<typeof tfl.layers.Layer>[0] & { readonly factor: number }) {
    super(config);
    this.factor = config.factor;
  }

  override build(inputShape: tfl.Shape): void {
    this.addWeight('offset', [inputShape.at(-1)!], 'float32', tfl.initializers.zeros());
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = [inputs].flat();
    return tf.add(tf.mul(x!, this.factor), this.weights[0]!.read());
  }
}

const file = kerasPath('custom-layer.keras');

it('a class that nobody has registered is named with its layer and the way out, in code and on the command line', async () => {
  const { numTensors } = tf.memory();
  const says = /'doubling' of .* is of the class Doubling, .* call tf\.serialization\.registerClass\(Doubling\)/;
  for (const load of [
    () => loadModel(file),
    async () => loadLayersModel(fromKeras(await kerasBytes('custom-layer.keras'))),
  ]) {
    await expect(load()).rejects.toMatchObject({
      ...{ code: 'unsupported-layer', layer: 'doubling', message: expect.stringMatching(says) },
      advice: { about: 'register-class' },
    });
  }
  expect(tf.memory().numTensors).toBe(numTensors);
  expect(await deconvnet(['layers', file])).toMatchObject({
    code: EXIT.input,
    err: expect.stringMatching(
      /'doubling' .*class Doubling, .*ends with tf\.serialization\.registerClass.*--import MODULE/,
    ),
  });
});

it('a Lambda is refused with the same way out', async () => {
  const topology = join(await tempFolder(), 'lambda.json');
  const layers = [
    {
      class_name: 'Lambda',
      config: { name: 'double', batch_input_shape: [null, 4], function: ['4wEAAAA=', null, null] },
    },
  ];
  await writeFile(topology, JSON.stringify({ class_name: 'Sequential', config: { name: 's', layers } }));
  const args = ['layers', kerasPath('weights-2.21.0.h5'), '--topology', topology];
  expect(await deconvnet(args)).toMatchObject({
    code: EXIT.input,
    err: expect.stringMatching(/'double' of .* is a Lambda: Python code, .*--import MODULE/),
  });
});

it('a class that is registered gets its weights, and the network computes what Keras computes', async () => {
  tf.serialization.registerClass(Doubling);
  const { numTensors } = tf.memory();
  const model = await loadModel(file);
  await expectAsKeras(model, 'custom-layer');
  disposeWhole(model);
  expect(tf.memory().numTensors).toBe(numTensors);
});
