import type { BoundCall, Replacement } from './bound-call.js';
import { type Signature, type Signatures, signature } from './signatures.js';

/** An operation that is an activation function without options. */
const activation = (name: string): Signature => signature('x|features|a|logits', (call) => activated(call, name));

/** A ReLU with the options of Keras. */
const relu = (call: BoundCall): Replacement => ({
  class_name: 'ReLU',
  config: {
    ...(call.has('max_value') && { max_value: call.number('max_value') }),
    negative_slope: call.number('negative_slope', 0),
    threshold: call.number('threshold', 0),
  },
  inputs: [call.tensor('x')],
});

/** Operations that are layers or activation functions of Keras, which are repaired as those of layers are. */
export const NONLINEARITIES: Signatures = {
  relu: signature('x|features negative_slope|alpha max_value threshold', relu),
  relu6: signature('x|features', (call) => ({
    class_name: 'ReLU',
    config: { max_value: 6 },
    inputs: [call.tensor('x')],
  })),
  leaky_relu: signature('x|features negative_slope|alpha', (call) => ({
    class_name: 'LeakyReLU',
    config: { negative_slope: call.number('negative_slope', 0.2) },
    inputs: [call.tensor('x')],
  })),
  elu: signature('x|features alpha', (call) => ({
    class_name: 'ELU',
    config: { alpha: call.number('alpha', 1) },
    inputs: [call.tensor('x')],
  })),
  celu: withDefault('celu', 'alpha', 1),
  squareplus: withDefault('squareplus', 'b', 4),
  soft_shrink: withDefault('soft_shrink', 'threshold', 0.5),
  hard_shrink: withDefault('hard_shrink', 'threshold', 0.5),
  threshold: signature('x threshold default_value|default', (call) => {
    const [threshold, instead] = [call.number('threshold'), call.number('default_value')];
    if (instead !== 0 || threshold < 0)
      throw call.refused(`puts ${instead} in the place of what is not above ${threshold}`);
    return { class_name: 'ReLU', config: { threshold }, inputs: [call.tensor('x')] };
  }),
  gelu: signature('x|features approximate', (call) =>
    call.flag('approximate', call.operation.form === 'keras3')
      ? { class_name: 'PointwiseOperation', config: { kind: 'gelu' }, inputs: [call.tensor('x')] }
      : activated(call, 'gelu'),
  ),
  silu: signature('x|features beta', (call) => {
    if (call.number('beta', 1) !== 1) throw call.refused(`has beta=${call.number('beta')}`);
    return activated(call, 'swish');
  }),
  softmax: signature('x|logits axis|dim', (call) => softmax(call)),
  log_softmax: signature('x|logits axis|dim', (call) => {
    if (!call.has('axis') || call.plain('axis') === -1) return activated(call, 'log_softmax');
    return {
      class_name: 'KerasSoftmax',
      config: { axis: call.integers('axis'), logarithm: true },
      inputs: [call.tensor('x')],
    };
  }),
  unit_normalize: signature('x axis|dim order epsilon', (call) => {
    if (call.number('order', 2) !== 2 || call.number('epsilon', 1e-12) !== 1e-12) {
      throw call.refused(
        'normalizes by another norm than the square root of the sum of squares, or with another epsilon',
      );
    }
    const axes = call.has('axis') ? call.integers('axis') : [-1];
    return { class_name: 'UnitNormalization', config: { axis: axes }, inputs: [call.tensor('x')] };
  }),
  lrn: signature('x|input depth_radius bias alpha beta', (call) => ({
    class_name: 'LocalResponseOperation',
    config: {
      depth_radius: call.integer('depth_radius') ?? 5,
      bias: call.number('bias', 1),
      alpha: call.number('alpha', 1),
      beta: call.number('beta', 0.5),
    },
    inputs: [call.tensor('x')],
  })),
  sigmoid: activation('sigmoid'),
  tanh: activation('tanh'),
  selu: activation('selu'),
  softplus: activation('softplus'),
  softsign: activation('softsign'),
  mish: activation('mish'),
  hard_sigmoid: activation('hard_sigmoid'),
  hard_silu: activation('hard_silu'),
  hard_tanh: activation('hard_tanh'),
  log_sigmoid: activation('log_sigmoid'),
  sparse_plus: activation('sparse_plus'),
  sparse_sigmoid: activation('sparse_sigmoid'),
  tanh_shrink: activation('tanh_shrink'),
};

/** An activation function with one option, which is known here with the default of that option. */
function withDefault(name: string, option: string, usual: number): Signature {
  return signature(`x|features ${option}`, (call) => {
    if (call.number(option, usual) !== usual) throw call.refused(`has ${option}=${call.number(option)}`);
    return activated(call, name);
  });
}

function activated(call: BoundCall, name: string): Replacement {
  return { class_name: 'Activation', config: { activation: name }, inputs: [call.tensor('x')] };
}

function softmax(call: BoundCall): Replacement {
  const inputs = [call.tensor('x')];
  if (!call.has('axis')) return { class_name: 'Softmax', config: { axis: -1 }, inputs };
  const axes = call.integers('axis');
  return { class_name: 'Softmax', config: { axis: axes.length === 1 ? axes[0] : axes }, inputs };
}
