// `models/layers/operations/` has the layers that Keras's operations become, where tfjs-layers has no layer that computes
// the same for all arguments. `models/keras/operations/` finds the operations in a topology and chooses the layers.

import type { serialization } from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { DepthToSpaceOperation } from './depth-to-space-operation.js';
import { ConcatenateOperation, StackOperation } from './join-operations.js';
import { LocalResponseOperation } from './local-response-operation.js';
import {
  AddOperation,
  DivideOperation,
  MaximumOperation,
  MinimumOperation,
  MultiplyOperation,
  SubtractOperation,
} from './merge-operations.js';
import { PadOperation } from './pad-operation.js';
import { PointwiseOperation } from './pointwise-operation.js';
import { ReduceOperation } from './reduce-operation.js';
import { ReshapeOperation } from './reshape-operation.js';
import { ResizeOperation } from './resize-operation.js';
import { ScaleOperation } from './scale-operation.js';
import { SliceOperation } from './slice-operation.js';

/** The classes, by their names. */
export const OPERATION_CLASSES: Readonly<Record<string, serialization.SerializableConstructor<layers.Layer>>> = {
  AddOperation,
  ConcatenateOperation,
  DepthToSpaceOperation,
  DivideOperation,
  LocalResponseOperation,
  MaximumOperation,
  MinimumOperation,
  MultiplyOperation,
  PadOperation,
  PointwiseOperation,
  ReduceOperation,
  ReshapeOperation,
  ResizeOperation,
  ScaleOperation,
  SliceOperation,
  StackOperation,
  SubtractOperation,
};
