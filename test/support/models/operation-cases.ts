import * as tf from '@tensorflow/tfjs-core';
import { NONLINEAR_CASES } from './nonlinear-cases.js';
import { A, B, type OperationCase, one } from './operation-case.js';
import { constantFirst, keras3Operation, lambda, node } from './operation-forms.js';
import { doubled, interpolated, reflected } from './operation-oracles.js';

const slice = (start: number | null, stop: number | null, step: number | null = null): object => ({
  start,
  stop,
  step,
});
const slice3 = (start: number | null, stop: number | null, step: number | null = null): object => ({
  class_name: '__slice__',
  config: { start, stop, step },
});

/** On tensors of [batch, 8, 7, 4]. */
export const OPERATION_CASES: readonly OperationCase[] = [
  one('a + b', lambda('__operators__.add', A, { y: B, name: null }), (a, b) => tf.add(a, b)),
  one('a + b', keras3Operation('Add', [A, B]), (a, b) => tf.add(a, b)),
  one('a + b', node('AddV2', [A, B]), (a, b) => tf.add(a, b)),
  one('a + a', keras3Operation('Add', [A, A]), (a) => tf.add(a, a)),
  one('a · a', lambda('math.multiply', A, { y: A }), (a) => tf.mul(a, a)),
  one('a − b', lambda('math.subtract', A, { y: B }), (a, b) => tf.sub(a, b)),
  one('a − b', node('Sub', [A, B]), (a, b) => tf.sub(a, b)),
  one('a · b', keras3Operation('Multiply', [A, B]), (a, b) => tf.mul(a, b)),
  one('b / a', lambda('math.truediv', B, { y: A }), (a, b) => tf.div(b, a), true),
  one('b / a', keras3Operation('Divide', [B, A]), (a, b) => tf.div(b, a), true),
  one('max(a, b)', lambda('math.maximum', A, { y: B }), (a, b) => tf.maximum(a, b)),
  one('min(a, b)', keras3Operation('Minimum', [A, B]), (a, b) => tf.minimum(a, b)),
  one('a + 3', lambda('__operators__.add', A, { y: 3 }), (a) => tf.add(a, 3)),
  one('2 − a', constantFirst('math.subtract', 2, { y: A }), (a) => tf.sub(2, a)),
  one('2 − a', keras3Operation('Subtract', [2, A]), (a) => tf.sub(2, a)),
  one('2 − a', node('Sub', [A], { 0: 2 }), (a) => tf.sub(2, a)),
  one('a − 2', node('Sub', [A], { 1: 2 }), (a) => tf.sub(a, 2)),
  one('a / 4', node('RealDiv', [A], { 1: 4 }), (a) => tf.div(a, 4)),
  one('3 / a', constantFirst('math.truediv', 3, { y: A }), (a) => tf.div(3, a), true),
  one('a · [1, 1, 1, 4]', lambda('math.multiply', A, { y: [[[[1, -2, 3, 0.5]]]] }), (a) => tf.mul(a, [1, -2, 3, 0.5])),
  one('a / [4]', lambda('math.truediv', A, { y: [1, -2, 4, 0.5] }), (a) => tf.div(a, [1, -2, 4, 0.5])),
  one('[4] − a', node('Sub', [A], { 0: [1, -2, 4, 0.5] }), (a) => tf.sub([1, -2, 4, 0.5], a)),
  one(
    'a + an array of Keras 3',
    keras3Operation('Add', [{ class_name: '__numpy__', config: { value: [[[1, 2, 3, 4]]], dtype: 'float32' } }, A]),
    (a) => tf.add(a, [1, 2, 3, 4]),
  ),
  one('max(a, 0.2)', lambda('math.maximum', A, { y: 0.2 }), (a) => tf.maximum(a, 0.2)),
  one('max(a, 0)', lambda('math.maximum', A, { y: 0 }), (a) => tf.relu(a)),
  one('min(a, 0.2)', keras3Operation('Minimum', [A, 0.2]), (a) => tf.minimum(a, 0.2)),
  one('clip', lambda('clip_by_value', A, { clip_value_min: -0.3, clip_value_max: 0.2 }), (a) =>
    tf.clipByValue(a, -0.3, 0.2),
  ),
  one('a²', lambda('math.square', A), (a) => tf.square(a)),
  one('a²', keras3Operation('Power', [A, 2]), (a) => tf.square(a)),
  one('a³', lambda('math.pow', A, { y: 3 }), (a) => tf.mul(a, tf.square(a))),
  one('√a', lambda('math.sqrt', A), (a) => tf.sqrt(a), true),
  one('1/√a', keras3Operation('Rsqrt', [A], {}, 'math'), (a) => tf.rsqrt(a), true),
  one('|a|', lambda('math.abs', A), (a) => tf.abs(a)),
  one('|a|', keras3Operation('Absolute', [A]), (a) => tf.abs(a)),
  one('−a', lambda('math.negative', A), (a) => tf.neg(a)),
  one('exp a', keras3Operation('Exp', [A]), (a) => tf.exp(a)),
  one('log a', node('Log', [A]), (a) => tf.log(a), true),
  one('relu', lambda('nn.relu', A), (a) => tf.relu(a)),
  one('relu6', lambda('nn.relu6', A), (a) => tf.relu6(a)),
  one('leaky_relu', lambda('nn.leaky_relu', A, { alpha: 0.3 }), (a) => tf.leakyRelu(a, 0.3)),
  one('sigmoid', lambda('math.sigmoid', A), (a) => tf.sigmoid(a)),
  one('tanh', keras3Operation('Tanh', [A]), (a) => tf.tanh(a)),
  one('silu', lambda('nn.silu', A, { beta: 1.0 }), (a) => tf.mul(a, tf.sigmoid(a))),
  one('silu', keras3Operation('Silu', [A], {}, 'nn'), (a) => tf.mul(a, tf.sigmoid(a))),
  one('gelu', lambda('nn.gelu', A, { approximate: false }), (a) =>
    tf.mul(a, tf.mul(0.5, tf.add(1, tf.erf(tf.div(a, Math.SQRT2))))),
  ),
  one('gelu, approximately', keras3Operation('Gelu', [A], { approximate: true }, 'nn'), (a) =>
    tf.mul(
      tf.mul(0.5, a),
      tf.add(1, tf.tanh(tf.mul(Math.sqrt(2 / Math.PI), tf.add(a, tf.mul(0.044715, tf.pow(a, 3)))))),
    ),
  ),
  one('softmax', lambda('nn.softmax', A, { axis: -1 }), (a) => tf.softmax(a)),
  ...NONLINEAR_CASES,
  one('mean of places', lambda('math.reduce_mean', A, { axis: [1, 2], keepdims: false }), (a) => tf.mean(a, [1, 2])),
  one('mean of places, kept', keras3Operation('Mean', [A], { axis: [1, 2], keepdims: true }), (a) =>
    tf.mean(a, [1, 2], true),
  ),
  one('mean of channels', lambda('math.reduce_mean', A, { axis: -1, keepdims: true }), (a) => tf.mean(a, -1, true)),
  one('sum of rows', node('Sum', [A], { 1: 1 }, { keep_dims: { b: false } }), (a) => tf.sum(a, 1)),
  one('max of places', lambda('math.reduce_max', A, { axis: [2, 1] }), (a) => tf.max(a, [1, 2])),
  one('max of channels', keras3Operation('Max', [A], { axis: -1, keepdims: true }), (a) => tf.max(a, 3, true)),
  one('min of columns', keras3Operation('Min', [A], { axis: 2, keepdims: false }), (a) => tf.min(a, 2)),
  one('reshape', lambda('reshape', A, { shape: [-1, 56, 4] }), (a) => tf.reshape(a, [-1, 56, 4])),
  one('reshape', keras3Operation('Reshape', [A], { newshape: [-1, 224] }), (a) => tf.reshape(a, [-1, 224])),
  one('reshape', node('Reshape', [A], { 1: [-1, 8, 28] }), (a) => tf.reshape(a, [-1, 8, 28])),
  one('transpose', lambda('transpose', A, { perm: [0, 2, 1, 3] }), (a) => tf.transpose(a, [0, 2, 1, 3])),
  one('expand_dims', lambda('expand_dims', A, { axis: -1 }), (a) => tf.expandDims(a, 4)),
  one('concat', lambda('concat', [A, B, A], { axis: -1 }), (a, b) => tf.concat([a, b, a], 3)),
  one('concat of rows', keras3Operation('Concatenate', [[A, B]], { axis: -3 }), (a, b) => tf.concat([a, b], 1)),
  one('concat', node('ConcatV2', [A, B], { 2: 3 }), (a, b) => tf.concat([a, b], 3)),
  one('stack', lambda('stack', [A, B], { axis: -1 }), (a, b) => tf.stack([a, b], 4)),
  one(
    'a crop',
    lambda('__operators__.getitem', A, { slice_spec: [slice(null, null), slice(1, -2), slice(2, 100)] }),
    (a) => tf.slice(a, [0, 1, 2, 0], [-1, 5, 5, -1]),
  ),
  one(
    'some channels',
    keras3Operation('GetItem', [A, [{ class_name: '__ellipsis__', config: {} }, slice3(1, 3)]]),
    (a) => tf.slice(a, [0, 0, 0, 1], [-1, -1, -1, 2]),
  ),
  one(
    'every second cell, from the end',
    lambda('__operators__.getitem', A, { slice_spec: [slice(null, null), slice(1, null, 3), slice(null, null, -2)] }),
    (a) => tf.gather(tf.gather(a, [1, 4, 7], 1), [6, 4, 2, 0], 2),
  ),
  one(
    'one row, and a new axis',
    lambda('__operators__.getitem', A, { slice_spec: [slice(null, null), 2, null, slice(3, null)] }),
    (a) => tf.reshape(tf.slice(a, [0, 2, 3, 0], [-1, 1, 4, 4]), [-1, 1, 4, 4]),
  ),
  one(
    'a strided slice with masks',
    node(
      'StridedSlice',
      [A],
      { 1: [0, 1, 0], 2: [0, 7, 0], 3: [1, 2, 1] },
      { begin_mask: { i: '5' }, end_mask: { i: '5' } },
    ),
    (a) => tf.gather(a, [1, 3, 5], 1),
  ),
  one(
    'pad',
    lambda('pad', A, {
      paddings: [
        [0, 0],
        [1, 2],
        [0, 3],
        [0, 0],
      ],
      mode: 'CONSTANT',
      constant_values: 0,
    }),
    (a) =>
      tf.pad(a, [
        [0, 0],
        [1, 2],
        [0, 3],
        [0, 0],
      ]),
  ),
  one(
    'pad of channels with a value',
    keras3Operation('Pad', [A, 2.5], {
      pad_width: [
        [0, 0],
        [0, 1],
        [0, 0],
        [1, 2],
      ],
      mode: 'constant',
    }),
    (a) =>
      tf.pad(
        a,
        [
          [0, 0],
          [0, 1],
          [0, 0],
          [1, 2],
        ],
        2.5,
      ),
  ),
  one(
    'pad by reflection',
    node(
      'MirrorPad',
      [A],
      {
        1: [
          [0, 0],
          [3, 1],
          [2, 2],
          [0, 0],
        ],
      },
      { mode: { s: 'UkVGTEVDVA==' } },
    ),
    (a) => reflected(a, [3, 1], [2, 2]),
  ),
  one('resize', lambda('image.resize', A, { size: [13, 5], method: 'bilinear', antialias: false }), (a) =>
    interpolated(a, [13, 5], 0.5),
  ),
  one(
    'resize to the nearest',
    keras3Operation(
      'Resize',
      [A],
      { size: [16, 14], interpolation: 'nearest', antialias: false, fill_mode: 'constant' },
      'image',
    ),
    (a) => doubled(a),
  ),
  one(
    'resize as TensorFlow 1 does',
    node('ResizeBilinear', [A], { 1: [16, 14] }, { align_corners: { b: false }, half_pixel_centers: { b: false } }),
    (a) => interpolated(a, [16, 14], 0),
  ),
  one('depth to space', lambda('nn.depth_to_space', A, { block_size: 2 }), (a) => {
    const [batch, height, width] = a.shape as [number, number, number];
    const rows = tf.reshape(a, [batch * height, width, 2, 2]);
    return tf.reshape(tf.transpose(rows, [0, 2, 1, 3]), [batch, 2 * height, 2 * width, 1]);
  }),
  one('cast', lambda('cast', A, { dtype: 'float32' }), (a) => tf.mul(a, 1)),
  one('identity', node('Identity', [A]), (a) => tf.mul(a, 1)),
];
