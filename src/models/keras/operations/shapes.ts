import { BatchSizeArgument, ShapeArgument, TensorArgument } from './arguments.js';
import { unchanged } from './arithmetic.js';
import type { BoundCall, Translated } from './bound-call.js';
import { type Signature, type Signatures, signature } from './signatures.js';

type Reduction = 'mean' | 'sum' | 'max' | 'min';

const reduction = (kind: Reduction): Signature =>
  signature('x|input_tensor|a|input axis|axes|reduction_indices keepdims|keep_dims', (call) => {
    if (!call.has('axis')) throw call.refused('reduces all axes, the batch included', AXES);
    const keepdims = call.flag('keepdims');
    return {
      class_name: 'ReduceOperation',
      config: { kind, axes: call.integers('axis'), keepdims },
      inputs: [call.tensor('x')],
    };
  });

const AXES = 'Name the axes in the operation, without axis 0, and save the model again.';

/** Operations that change the shape of a tensor. */
export const SHAPES: Signatures = {
  mean: reduction('mean'),
  sum: reduction('sum'),
  max: reduction('max'),
  min: reduction('min'),
  reshape: signature('x|tensor shape|newshape', (call) => ({
    class_name: 'ReshapeOperation',
    config: { shape: targetOf(call) },
    inputs: [call.tensor('x')],
  })),
  expand_dims: signature('x|input axis|dim', (call) => ({
    class_name: 'ReshapeOperation',
    config: { added: call.integers('axis') },
    inputs: [call.tensor('x')],
  })),
  squeeze: signature('x|input axis|squeeze_dims', (call) => ({
    class_name: 'ReshapeOperation',
    config: { removed: call.has('axis') && [call.args.axis].flat().length > 0 ? call.integers('axis') : [] },
    inputs: [call.tensor('x')],
  })),
  flatten: signature('x|inputs', (call) => ({ class_name: 'Flatten', config: {}, inputs: [call.tensor('x')] })),
  transpose: signature('x|a perm|axes conjugate', (call) => {
    if (!call.has('perm')) throw call.refused('reverses all axes, the batch included', AXES);
    const [batch, ...dims] = call.integers('perm');
    if (batch !== 0)
      throw call.refused('moves the batch axis', 'Leave the batch axis first, and save the model again.');
    return { class_name: 'Permute', config: { dims }, inputs: [call.tensor('x')] };
  }),
  concat: signature('xs|values|inputs axis|concat_dim', (call) => {
    const inputs = call.tensors('xs');
    if (inputs.length === 1) return unchanged(call, inputs[0]);
    return { class_name: 'ConcatenateOperation', config: { axis: call.integer('axis') ?? -1 }, inputs };
  }),
  stack: signature('x|values|xs axis', (call): Translated => {
    const list: unknown = call.args.x;
    // The shape that a reshape reads may be made of numbers and the size of the batch.
    if (Array.isArray(list) && list.every((item) => !(item instanceof TensorArgument))) return { argument: list };
    return { class_name: 'StackOperation', config: { axis: call.integer('axis') ?? 0 }, inputs: call.tensors('x') };
  }),
  shape: signature('input|x', (call) => ({ argument: new ShapeArgument(call.tensor('input')) })),
  depth_to_space: signature('x|input block_size data_format', (call) => {
    if (call.word('data_format', 'NHWC') !== 'nhwc')
      throw call.refused(`has data_format=${call.word('data_format', '')}`);
    return {
      class_name: 'DepthToSpaceOperation',
      config: { block: call.number('block_size') },
      inputs: [call.tensor('x')],
    };
  }),
};

/** The shape of a reshape, without the batch axis. */
function targetOf(call: BoundCall): readonly number[] {
  const given = call.plain('shape');
  const [batch, ...sizes] = (Array.isArray(given) ? given : [given]) as unknown[];
  const isBatch = batch === -1 || batch === null || batch === 1 || batch instanceof BatchSizeArgument;
  const plain = sizes.map((size) => (size === null ? -1 : size));
  if (
    !isBatch ||
    !plain.every(Number.isInteger) ||
    plain.filter((size) => size === -1).length > (batch === -1 ? 0 : 1)
  ) {
    throw call.refused(
      `has the shape ${describe(given)}, whose first entry must stand for the batch`,
      'Use the layer Reshape, and save the model again.',
    );
  }
  return plain as number[];
}

function describe(shape: unknown): string {
  return (
    JSON.stringify(shape, (_key, value: unknown) => (value instanceof BatchSizeArgument ? 'batch' : value))?.slice(
      0,
      60,
    ) ?? ''
  );
}
