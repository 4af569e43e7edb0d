import type { TensorPlace } from '../repair-nodes.js';
import type { BoundCall, Replacement } from './bound-call.js';
import { type Signatures, signature } from './signatures.js';

/** What one operand of an operation is if it is not a tensor: a number, or numbers along the last axes. */
type Constant = number | { readonly values: readonly number[]; readonly shape: readonly number[] };

type Merge = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum';

const CLASS: Readonly<Record<Merge, string>> = {
  add: 'AddOperation',
  subtract: 'SubtractOperation',
  multiply: 'MultiplyOperation',
  divide: 'DivideOperation',
  maximum: 'MaximumOperation',
  minimum: 'MinimumOperation',
};

/** An operation on two operands, either of which may be a constant. */
const binary = (merge: Merge): Signatures[string] =>
  signature('x|x1|a|value y|x2|b|bias', (call) => translate(call, merge));

export const ARITHMETIC: Signatures = {
  add: binary('add'),
  subtract: binary('subtract'),
  multiply: binary('multiply'),
  divide: binary('divide'),
  maximum: binary('maximum'),
  minimum: binary('minimum'),
  bias_add: signature('x|value y|bias data_format', (call) => {
    if (!/^(n.*c|channels_last)$/.test(call.word('data_format', 'nhwc')))
      throw call.refused('adds to the channels of a network whose channels come first');
    return translate(call, 'add');
  }),
  identity: signature('x|input|variable', (call) => unchanged(call)),
  cast: signature('x dtype|DstT', (call) => {
    const dtype = call.word('dtype', 'float32');
    if (!/^(dt_)?(float|float16|float32|float64|half|double|bfloat16)$/.test(dtype))
      throw call.refused(`makes values of the type ${dtype}`);
    // Unlike other layers, this one also takes whole numbers.
    return rescaled(call, 'x', 1, 0);
  }),
  power: signature('x|x1|a y|x2|b|exponent', (call) => pointwise(call, 'power', call.number('y'))),
  negative: signature('x', (call) => rescaled(call, 'x', -1, 0)),
  add_n: signature('inputs|values', (call) => {
    const inputs = call.tensors('inputs');
    return inputs.length === 1 ? unchanged(call, inputs[0]!) : { class_name: 'AddOperation', config: {}, inputs };
  }),
  square: signature('x', (call) => pointwise(call, 'power', 2)),
  sqrt: signature('x', (call) => pointwise(call, 'power', 0.5)),
  rsqrt: signature('x', (call) => pointwise(call, 'power', -0.5)),
  reciprocal: signature('x', (call) => pointwise(call, 'power', -1)),
  abs: signature('x', (call) => pointwise(call, 'abs')),
  exp: signature('x', (call) => pointwise(call, 'exp')),
  log: signature('x', (call) => pointwise(call, 'log')),
  clip: signature('x|t x_min|clip_value_min|min_value x_max|clip_value_max|max_value', (call) => {
    const [least, most] = [call.number('x_min'), call.number('x_max')];
    if (least === 0 && most > 0) return { class_name: 'ReLU', config: { max_value: most }, inputs: [call.tensor('x')] };
    return pointwise(call, 'clip', least, most);
  }),
};

/** A layer that changes nothing. */
export function unchanged(call: BoundCall, input: TensorPlace = call.tensor('x')): Replacement {
  return { class_name: 'Activation', config: { activation: 'linear' }, inputs: [input] };
}

function translate(call: BoundCall, merge: Merge): Replacement {
  const tensors = ['x', 'y'].filter((name) => call.isTensor(name));
  if (tensors.length === 2) return { class_name: CLASS[merge], config: {}, inputs: tensors.map((t) => call.tensor(t)) };
  if (tensors.length === 0) throw call.refused('reads no tensor');
  const constant = constantOf(call, tensors[0] === 'x' ? 'y' : 'x');
  return withConstant(call, merge, tensors[0]!, constant);
}

function withConstant(call: BoundCall, merge: Merge, tensor: string, constant: Constant): Replacement {
  const first = tensor === 'x';
  const each = (make: (value: number) => number): Constant =>
    typeof constant === 'number' ? make(constant) : { ...constant, values: constant.values.map(make) };
  switch (merge) {
    case 'add':
      return rescaled(call, tensor, 1, constant);
    case 'subtract':
      return first
        ? rescaled(
            call,
            tensor,
            1,
            each((c) => -c),
          )
        : rescaled(call, tensor, -1, constant);
    case 'multiply':
      return rescaled(call, tensor, constant, 0);
    case 'divide': {
      if (first)
        return rescaled(
          call,
          tensor,
          each((c) => 1 / c),
          0,
        );
      if (typeof constant === 'number') return pointwise(call, 'divideInto', constant, undefined, tensor);
      throw call.refused('divides a list of numbers by a tensor');
    }
    default: {
      if (typeof constant !== 'number') throw call.refused('compares a tensor with a list of numbers');
      if (merge === 'maximum' && constant === 0)
        return { class_name: 'ReLU', config: {}, inputs: [call.tensor(tensor)] };
      return pointwise(call, merge === 'maximum' ? 'atLeast' : 'atMost', constant, undefined, tensor);
    }
  }
}

function pointwise(call: BoundCall, kind: string, first?: number, second?: number, tensor = 'x'): Replacement {
  const numbers = [first, second].filter((number) => number !== undefined);
  return { class_name: 'PointwiseOperation', config: { kind, numbers }, inputs: [call.tensor(tensor)] };
}

/** A tensor times a scale plus an offset. */
function rescaled(call: BoundCall, tensor: string, scale: Constant, offset: Constant): Replacement {
  const inputs = [call.tensor(tensor)];
  if (typeof scale === 'number' && typeof offset === 'number') {
    if (!Number.isFinite(scale)) throw call.refused('divides by 0');
    return { class_name: 'Rescaling', config: { scale, offset }, inputs };
  }
  const { values, shape } = (typeof scale === 'number' ? offset : scale) as Exclude<Constant, number>;
  if (!values.every(Number.isFinite)) throw call.refused('divides by 0');
  const numbers = {
    shape,
    ...(typeof scale === 'number' ? { scale: [scale], offset: values } : { scale: values, offset: [0] }),
  };
  return { class_name: 'ScaleOperation', config: numbers, inputs };
}

/** The value of an operand that is not a tensor. Axes of size 1 that come first mean nothing: they are broadcast. */
function constantOf(call: BoundCall, name: string): Constant {
  const value = call.plain(name);
  const shape = shapeOf(value);
  const values = [value].flat(Number.POSITIVE_INFINITY) as unknown[];
  const isFull = shape !== undefined && values.length === shape.reduce((product, size) => product * size, 1);
  if (!isFull || values.length === 0 || !values.every((item): item is number => typeof item === 'number')) {
    throw call.refused(
      `has ${name}=${JSON.stringify(value)?.slice(0, 60)}, which must be a number or an array of numbers`,
    );
  }
  if (values.length === 1) return values[0]!;
  const from = shape.findIndex((size) => size !== 1);
  return { values, shape: shape.slice(from) };
}

/** The shape of a list of lists; undefined if it is ragged. */
function shapeOf(value: unknown): number[] | undefined {
  if (!Array.isArray(value)) return [];
  const inner = value.map(shapeOf);
  const [first = []] = inner;
  return inner.every((shape) => shape !== undefined && shape.join() === first.join())
    ? [value.length, ...first]
    : undefined;
}
