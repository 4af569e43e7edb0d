import { getBackend } from '@tensorflow/tfjs-core';
import { type Window, windowSpan } from '../regions/window.js';
import { classNameOf, wrappedLayer } from './layer-access.js';
import { axesOf, optionsOf, slidingWindow } from './layer-options.js';
import { extentOf, type NetworkNode } from './network.js';

type IsWrong = (node: NetworkNode, inputShape: readonly number[]) => boolean;

/**
 * A convolution with padding `same` is zero everywhere where its windows leave cells of the input out at the end: a
 * stride wider than the window. Windows of one cell are right.
 */
const leavesCellsOut =
  (rank: number, honoursDilation = true): IsWrong =>
  (node, inputShape) => {
    const { dilation, ...window } = slidingWindow(node.layer, rank);
    const real: Window = honoursDilation && dilation ? { ...window, dilation } : window;
    if (real.padding !== 'same' || real.size.every((size) => size === 1)) return false;
    return extentOf(inputShape, node.channelAxis).some((cells, axis) => {
      const stride = real.stride[axis]!;
      return (Math.ceil(cells / stride) - 1) * stride + windowSpan(real, axis) < cells;
    });
  };

/** What tfjs 4.22 computes wrong on wasm, by class of layer. */
const WRONG_ON_WASM: Readonly<Record<string, IsWrong>> = {
  Conv1D: leavesCellsOut(1),
  Conv2D: leavesCellsOut(2),
  DepthwiseConv2D: leavesCellsOut(2, false),
  SeparableConv2D: leavesCellsOut(2),
  // An alpha shared along one axis, but not along one before it, is read as if it were shared along the first ones.
  PReLU: ({ layer }, shape) => {
    const { sharedAxes } = optionsOf(layer);
    const own = shape.findIndex((size, axis) => axis > 0 && size > 1 && !sharedAxes?.includes(axis));
    return own > 0 && (sharedAxes ?? []).some((axis) => axis > own && shape[axis]! > 1);
  },
  // Rows are counted with the number of columns.
  CenterCrop: (_, [, rows, columns]) => rows !== columns,
  // Wrong values for every shape.
  Conv3DTranspose: () => true,
  // A window whose maximum is negative gives the smallest positive float.
  MaxPooling3D: () => true,
};

/** And on cpu and wasm. */
const WRONG_ON_HOSTS: Readonly<Record<string, IsWrong>> = {
  // Along another axis than the last, the statistics are read as if they lay along the last.
  BatchNormalization: ({ layer }, shape) => {
    const [given = -1] = axesOf(layer, -1);
    const axis = given < 0 ? shape.length + given : given;
    return shape[axis]! > 1 && shape.slice(axis + 1).some((size) => size > 1);
  },
};

const WRONG: Readonly<Record<string, Readonly<Record<string, IsWrong>>>> = {
  cpu: WRONG_ON_HOSTS,
  wasm: { ...WRONG_ON_HOSTS, ...WRONG_ON_WASM },
};

/** Whether a backend computes a layer wrong, so that its mirror's own way up must stand in for the layer's call. */
export function isCallWrong(node: NetworkNode, inputShape: readonly number[]): boolean {
  const wrong = WRONG[getBackend()] ?? {};
  if (node.className === 'TimeDistributed') {
    const layer = wrappedLayer(node.layer);
    const inner = { ...node, layer, className: classNameOf(layer), channelAxis: node.channelAxis - 1 };
    return isCallWrong(inner, [inputShape[0]!, ...inputShape.slice(2)]);
  }
  return Object.hasOwn(wrong, node.className) && wrong[node.className]!(node, inputShape);
}
