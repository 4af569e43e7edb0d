import { type GraphLayer, reading } from './saved-graph.js';

/** A function of TensorFlow, as Keras 2.4 to 2.15 writes it: a first argument, and keywords. */
export function lambda(called: string, first: unknown, kwargs: object = {}): GraphLayer {
  const isPlace = Array.isArray(first) && typeof first[0] === 'string';
  const node = isPlace
    ? [...(first as unknown[]), kwargs]
    : (first as unknown[]).map((one) => [...(one as unknown[]), kwargs]);
  return reading(called === '__operators__.getitem' ? 'SlicingOpLambda' : 'TFOpLambda', 'c', [node], {
    function: called,
  });
}

/** A constant that comes first. */
export const constantFirst = (called: string, value: unknown, kwargs: object): GraphLayer =>
  reading('TFOpLambda', 'c', [['_CONSTANT_VALUE', -1, value, kwargs]], { function: called });

/** A node of the graph, as Keras 2.2 and 2.3 of TensorFlow 2.0 to 2.3 write it. */
export const node = (op: string, inputs: readonly unknown[], constants: object = {}, attr: object = {}): GraphLayer =>
  reading('TensorFlowOpLayer', 'c', [inputs.map((place) => [...(place as unknown[]), {}])], {
    node_def: JSON.stringify({ name: op, op, input: [], attr: { T: { type: 'DT_FLOAT' }, ...attr } }),
    constants,
  });

/** An operation of Keras 3; tensors among its arguments are places. */
export function keras3Operation(
  class_name: string,
  args: unknown[],
  config: object = {},
  module = 'numpy',
): GraphLayer {
  const written = (value: unknown): unknown => {
    if (!Array.isArray(value)) return value;
    if (typeof value[0] !== 'string') return value.map(written);
    return { class_name: '__keras_tensor__', config: { shape: [null], dtype: 'float32', keras_history: value } };
  };
  const layer = reading(class_name, 'c', [{ args: args.map(written), kwargs: {} }], config);
  return { ...layer, module: `keras.src.ops.${module}` } as GraphLayer;
}
