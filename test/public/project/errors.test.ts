import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  Deconvnet,
  DeconvnetError,
  type DeconvnetErrorCode,
  type DeconvnetOptions,
  renderFilters,
  type Selection,
} from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { fillWeights, noiseTensor, smallConvnet } from '../../support/project/networks.js';

/** What an error must say, and that nothing leaks on the way to it. */
async function expectError(
  work: () => unknown,
  code: DeconvnetErrorCode,
  message: RegExp,
  layer?: string,
): Promise<void> {
  const { numTensors, numDataBuffers } = tf.memory();
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  expect(error).toBeInstanceOf(DeconvnetError);
  expect(error).toMatchObject({ code, name: 'DeconvnetError', ...(layer !== undefined && { layer }) });
  expect((error as Error).message).toMatch(message);
  expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual([numTensors, numDataBuffers]);
}

describe.each(backends)('errors on %s', (backend) => {
  beforeAll(() => use(backend));

  const selection: Selection = { layer: 'conv2', featureMap: 0 };
  const selections: [string, Selection, DeconvnetErrorCode, RegExp, string?][] = [
    [
      'a layer that is not there',
      { ...selection, layer: 'conv3' },
      'unknown-layer',
      /no layer 'conv3'.*Did you mean 'conv1'\?.*pool1/,
      'conv3',
    ],
    [
      'a feature map too many',
      { ...selection, featureMap: 6 },
      'feature-map-out-of-range',
      /Feature map 6 of layer 'conv2'.*it has 6, numbered from 0\. Did you mean 5\?/,
      'conv2',
    ],
    ['a negative feature map', { ...selection, featureMap: -1 }, 'feature-map-out-of-range', /Feature map -1/, 'conv2'],
    ['half a feature map', { ...selection, featureMap: 0.5 }, 'feature-map-out-of-range', /Feature map 0\.5/, 'conv2'],
    [
      'a position outside',
      { ...selection, position: [3, 0] },
      'position-out-of-range',
      /no position \[3,0\]: positions run from \[0,0\] to \[2,2\]/,
      'conv2',
    ],
    ['a position of one axis', { ...selection, position: [1] }, 'position-out-of-range', /no position \[1\]/, 'conv2'],
    [
      'a position in a dense layer',
      { layer: 'linear', featureMap: 0, position: [0, 0] },
      'position-out-of-range',
      /single activation, at \[\]/,
      'linear',
    ],
    [
      'a position that is none',
      { ...selection, position: 'center' as 'all' },
      'invalid-option',
      /'all', 'strongest'/,
      'conv2',
    ],
    ['no selection', {} as Selection, 'invalid-option', /names a layer and a feature map/],
  ];

  it.each(selections)('names %s', async (_, wrong, code, message, layer) => {
    const deconvnet = new Deconvnet(smallConvnet());
    const image = noiseTensor([12, 10, 3], 1);
    await expectError(() => deconvnet.project(image, wrong), code, message, layer);
  });

  it.each<[number[], RegExp]>([
    [[10, 12, 3], /shaped \[10,12,3\].*\[12, 10, 3\]/],
    [[2, 12, 10, 3], /use projectBatch/],
    [[360], /shaped \[360\]/],
  ])('names an image of shape %j', async (shape, message) => {
    const deconvnet = new Deconvnet(smallConvnet());
    const image = noiseTensor(shape, 1);
    await expectError(() => deconvnet.project(image, selection), 'shape-mismatch', message);
  });

  it('names an image that is no tensor, none of a batch, or gone', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const image = noiseTensor([12, 10, 3], 1);
    await expectError(
      () => deconvnet.project('cat.png' as unknown as tf.Tensor, selection),
      'shape-mismatch',
      /this is the string/,
    );
    await expectError(() => deconvnet.projectBatch(image, selection), 'shape-mismatch', /\[batch, 12, 10, 3\]/);
    image.dispose();
    await expectError(() => deconvnet.project(image, selection), 'disposed', /has been disposed/);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('finds a %s in the image', async (bad) => {
    const deconvnet = new Deconvnet(smallConvnet());
    const pixels = new Float32Array(360);
    pixels[359] = bad;
    const image = tf.tensor(pixels, [12, 10, 3]);
    await expectError(() => deconvnet.project(image, selection), 'not-finite', /The image contains NaN or Infinity/);
    const batch = tf.stack([tf.zeros([12, 10, 3]), image]);
    await expectError(() => deconvnet.projectBatch(batch, selection), 'not-finite', /Image 1 of the batch/);
    await expectError(() => deconvnet.strongest(image, { layer: 'conv1' }), 'not-finite', /The image/);
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY])(
    'finds a %s in the weights, above which nothing is wrong below',
    async (bad) => {
      const model = smallConvnet();
      const [kernel, bias] = model.getLayer('conv2').getWeights() as [tf.Tensor, tf.Tensor];
      const values = (await kernel.data()).slice();
      values[3] = bad;
      model.getLayer('conv2').setWeights([tf.tensor(values, kernel.shape), bias]);
      const deconvnet = new Deconvnet(model);
      const image = noiseTensor([12, 10, 3], 1);
      await expectError(() => deconvnet.project(image, selection), 'not-finite', /weights of layer 'conv2'/, 'conv2');
      await expectError(
        () => deconvnet.activations(image, 'classes'),
        'not-finite',
        /weights of layer 'conv2'/,
        'conv2',
      );
      expect((await deconvnet.project(image, { layer: 'pool1', featureMap: 0 })).empty).toBe(false);
    },
  );

  it('refuses to work inside tf.tidy', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const image = noiseTensor([12, 10, 3], 1);
    let inside: Promise<unknown> | undefined;
    tf.tidy(() => {
      inside = deconvnet.project(image, selection);
    });
    await expectError(() => inside, 'inside-tidy', /cannot run inside tf\.tidy/);
  });

  it('refuses to work when disposed, itself or its model', async () => {
    const model = smallConvnet();
    const deconvnet = new Deconvnet(model);
    const image = noiseTensor([12, 10, 3], 1);
    deconvnet.dispose();
    await expectError(() => deconvnet.project(image, selection), 'disposed', /This Deconvnet has been disposed/);
    const other = new Deconvnet(model);
    model.dispose();
    await expectError(() => other.project(image, selection), 'disposed', /Model 'small' has been disposed/);
    await expectError(() => other.activations(image, 'conv1'), 'disposed', /Model 'small' has been disposed/);
    await expectError(() => renderFilters(other), 'disposed', /Model 'small' has been disposed/);
  });

  it('frees what it made when it is disposed half-way', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const image = noiseTensor([12, 10, 3], 1);
    await expectError(
      () => {
        const running = deconvnet.project(image, [selection, { layer: 'classes', featureMap: 0 }]);
        deconvnet.dispose();
        return running;
      },
      'disposed',
      /has been disposed/,
    );
  });
});

describe('errors of construction', () => {
  beforeAll(() => use('cpu'));

  it('names what is no LayersModel', async () => {
    const graph = { executeAsync: () => undefined } as unknown as tfl.LayersModel;
    await expectError(() => new Deconvnet(graph), 'graph-model', /model\.save\('model\.keras'\)/);
    await expectError(
      () => new Deconvnet(undefined as unknown as tfl.LayersModel),
      'not-a-layers-model',
      /tf\.LayersModel/,
    );
    await expectError(() => new Deconvnet({} as unknown as tfl.LayersModel), 'not-a-layers-model', /tf\.LayersModel/);
    await expectError(() => new Deconvnet(tfl.sequential()), 'unsupported-topology', /no outputs yet/);
  });

  it.each<[DeconvnetOptions, RegExp]>([
    [{ rule: 'deconvent' as 'deconvnet' }, /no rule 'deconvent'.*guided/],
    [{ unpool: 'maximum' as 'spread' }, /no unpool mirror 'maximum'/],
    [{ input: 'rgb' as 'raw' }, /input format 'rgb' is unknown.*caffe/],
    [{ input: { std: 0 } }, /std contains 0/],
    [{ input: { mean: [1, 2] } }, /mean is \[1,2\].*3 channels/],
    [{ input: { fit: 'squash' as 'crop' } }, /fit is the string "squash"/],
  ])('names the wrong option %j', async (options, message) => {
    const model = smallConvnet();
    await expectError(() => new Deconvnet(model, options), 'invalid-option', message);
  });

  it('names a layer without a mirror, above which nothing can be projected', async () => {
    class Mystery extends tfl.layers.Layer {
      static readonly className = 'Mystery';
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return tf.clone(Array.isArray(inputs) ? inputs[0]! : inputs);
      }
    }
    const { conv2d } = tfl.layers;
    const model = fillWeights(
      tfl.sequential({
        layers: [
          conv2d({ inputShape: [4, 4, 1], filters: 2, kernelSize: 1, name: 'below' }),
          new Mystery({ name: 'what' }),
          conv2d({ filters: 2, kernelSize: 1, name: 'above' }),
        ],
      }),
    );
    const deconvnet = new Deconvnet(model);
    const image = noiseTensor([4, 4, 1], 1);
    expect(deconvnet.layers.map(({ mirror }) => mirror)).toEqual(['input', 'filter', null, 'filter']);
    await expectError(
      () => deconvnet.project(image, { layer: 'above', featureMap: 0 }),
      'unsupported-layer',
      /Mystery 'what' has no mirror.*mirrors: \{ Mystery/,
      'what',
    );
    (await deconvnet.project(image, { layer: 'below', featureMap: 0 })).dispose();
    (await deconvnet.activations(image, 'above')).dispose();
  });

  it('does not guess an input format', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const picture = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
    const input = noiseTensor([12, 10, 3], 1);
    await expectError(() => deconvnet.toInput(picture), 'input-unknown', /'tf', 'torch', 'caffe', 'unit', 'raw'/);
    await expectError(() => deconvnet.toPicture(input), 'input-unknown', /is unknown/);
  });
});
