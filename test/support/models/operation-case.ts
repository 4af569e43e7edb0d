import type * as tf from '@tensorflow/tfjs-core';
import type { GraphLayer } from './saved-graph.js';

/** An operation on the layers `a` and `b`, as files have it, and what it computes. */
export interface OperationCase {
  readonly title: string;
  /** The operation, whose name is `c`. */
  readonly layer: GraphLayer;
  /** The same by functions of TensorFlow.js. */
  readonly oracle: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
  /** Whether the values of `a` have to be positive. */
  readonly positive?: boolean;
}

type Oracle = OperationCase['oracle'];

export const A = ['a', 0, 0] as const;
export const B = ['b', 0, 0] as const;

export const one = (title: string, layer: GraphLayer, oracle: Oracle, positive = false): OperationCase => ({
  title: `${title} (${layer.class_name})`,
  layer,
  oracle,
  ...(positive && { positive }),
});
