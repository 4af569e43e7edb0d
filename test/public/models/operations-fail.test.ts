import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { DeconvnetError } from 'deconvnet';
import { keras3, loadLayersModel } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { constantFirst, keras3Operation, lambda, node } from '../../support/models/operation-forms.js';
import { from, type GraphLayer, network, pixels, reading, relu } from '../../support/models/saved-graph.js';

beforeAll(() => use('cpu'));

const A = ['a', 0, 0];
const B = ['b', 0, 0];

const handler = (layers: GraphLayer[], outputs?: unknown): tf.io.IOHandler => ({
  load: async () => ({ modelTopology: network(layers, outputs), weightSpecs: [], weightData: new ArrayBuffer(0) }),
});

const below = (): GraphLayer[] => [
  pixels('in'),
  relu('a', from('in')),
  reading('GlobalAveragePooling2D', 'b', from('a')),
];

const load = (layer: GraphLayer): Promise<tfl.LayersModel> => loadLayersModel(handler([...below(), layer]));

/** An operation that is refused, and words of the message. */
const REFUSED: [title: string, layer: GraphLayer, words: string[]][] = [
  [
    'an unknown function',
    lambda('math.cumsum', A, { axis: 1 }),
    ['tf.math.cumsum', 'Multiply', 'save the model again'],
  ],
  ['an unknown node', node('FFT2D', [A]), ['FFT2D']],
  ['an unknown operation of Keras 3', keras3Operation('Einsum', [A, B], { subscripts: 'a,b' }), ['keras.ops.Einsum']],
  ['a product of matrices', lambda('linalg.matmul', A, { b: A }), ['tf.linalg.matmul']],
  ['an argument that changes the result', lambda('math.reduce_mean', A, { axis: 1, where: 3 }), ['where=3']],
  ['all axes', lambda('math.reduce_mean', A, { axis: null }), ['batch', 'Name the axes']],
  ['the batch axis', keras3Operation('Mean', [A], { axis: [0, 1] }), ['axis 0']],
  ['an axis that does not exist', keras3Operation('Max', [A], { axis: 4 }), ['[4]']],
  ['a reshape of the batch', lambda('reshape', A, { shape: [2, 16] }), ['[2,16]', 'Reshape']],
  ['a reshape that mixes images', lambda('reshape', A, { shape: [-1, 2] }), ['mixing the images']],
  ['a transpose of the batch', lambda('transpose', A, { perm: [1, 0, 2, 3] }), ['batch axis']],
  ['tensors with other numbers of axes', lambda('math.multiply', A, { y: B }), ['[, 4, 4, 2] and [, 2]', 'Reshape']],
  ['a list of another size', lambda('__operators__.add', A, { y: [1, 2, 3] }), ['[3]', '[, 4, 4, 2]']],
  ['a ragged list', lambda('__operators__.add', A, { y: [1, [2]] }), ['[1,[2]]']],
  ['a division by 0', lambda('math.truediv', A, { y: 0 }), ['divides by 0']],
  ['a list divided by a tensor', constantFirst('math.truediv', [1, 2], { y: A }), ['divides a list']],
  ['a cut of the batch', lambda('__operators__.getitem', A, { slice_spec: 0 }), ['batch']],
  ['too many indices', keras3Operation('GetItem', [A, [null, 0, 0, 0, 0]]), ['too many']],
  [
    'an index by a list',
    keras3Operation('GetItem', [A, [{ class_name: '__ellipsis__', config: {} }, [0, 1]]]),
    ['index'],
  ],
  [
    'a pad by too many cells',
    node(
      'MirrorPad',
      [A],
      {
        1: [
          [0, 0],
          [4, 0],
          [0, 0],
          [0, 0],
        ],
      },
      { mode: { s: 'UkVGTEVDVA==' } },
    ),
    ['reflect'],
  ],
  ['another interpolation', lambda('image.resize', A, { size: [8, 8], method: 'bicubic' }), ['bicubic']],
  ['antialiasing', lambda('image.resize', A, { size: [2, 2], antialias: true }), ['antialias']],
  ['a cast to whole numbers', lambda('cast', A, { dtype: 'int32' }), ['int32']],
  ['a concat of unequal tensors', lambda('concat', [A, B], { axis: -1 }), ['axis -1']],
];

describe('an operation that cannot be translated', () => {
  it.each(REFUSED)('is refused by its name: %s', async (_title, layer, words) => {
    const before = tf.memory().numTensors;
    const error = await load(layer).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DeconvnetError);
    expect(error).toMatchObject({ code: 'unsupported-layer', layer: 'c' });
    for (const word of ["'c'", ...words]) expect((error as Error).message).toContain(word);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ['a node without a definition', reading('TensorFlowOpLayer', 'c', from('a'), { node_def: '{', constants: {} })],
    ['arguments of no form', reading('TFOpLambda', 'c', [7], { function: 'math.add' })],
    [
      'an operation of Keras 3 in another form',
      { ...keras3Operation('Add', [A, B]), inbound_nodes: [A] } as GraphLayer,
    ],
  ])('is unreadable if it has %s', async (_title, layer) => {
    await expect(load(layer)).rejects.toMatchObject({ code: 'model-unreadable', layer: 'c' });
  });

  it('is left out if no output needs it', async () => {
    const warnings: string[] = [];
    const layers = [...below(), lambda('math.cumsum', A)];
    const model = await loadLayersModel(handler(layers, [['a', 0, 0]]), { warn: (message) => warnings.push(message) });
    expect(model.layers.map(({ name }) => name)).toEqual(['in', 'a']);
    expect(warnings.join()).toContain("'c'");
    model.dispose();
  });

  it('is refused if it waits for itself', async () => {
    await expect(load(lambda('__operators__.getitem', ['c', 0, 0], { slice_spec: 0 }))).rejects.toMatchObject({
      layer: 'c',
    });
    await expect(load(lambda('__operators__.add', ['c', 0, 0], { y: A }))).rejects.toMatchObject({
      code: 'model-unreadable',
    });
  });
});

it('finds the size of the batch in a reshape', async () => {
  const shape = { ...lambda('compat.v1.shape', A), name: 's' };
  const size = { ...lambda('__operators__.getitem', ['s', 0, 0], { slice_spec: 0 }), name: 'n' };
  for (const layer of [shape, size]) layer.config.name = layer.name;
  const model = await loadLayersModel(
    handler([...below(), shape, size, lambda('reshape', A, { shape: [['n', 0, 0], -1, 2] })]),
    { warn: () => undefined },
  );
  expect(model.outputs[0]!.shape).toEqual([null, 16, 2]);
  model.dispose();
});

it('is loaded by keras3, saved by TensorFlow.js and loaded again', async () => {
  const { loadLayersModel: load } = await import('@tensorflow/tfjs-layers');
  const model = await load(keras3(handler([...below(), lambda('math.truediv', A, { y: [2, 4] })])));
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save({
    save: async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
  delete tf.serialization.SerializationMap.getMap().classNameMap.ScaleOperation;
  const again = await loadLayersModel({ load: async () => saved! });
  const output = again.predict(tf.ones([1, 4, 4, 2])) as tf.Tensor;
  expect(Array.from(await output.data()).slice(0, 2)).toEqual([0.5, 0.25]);
  again.dispose();
  model.dispose();
});
