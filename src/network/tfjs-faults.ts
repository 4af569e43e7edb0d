// What tfjs 4.22 computes or states wrong, by class of layer. A class that tfjs has right does not stand here.
import { getBackend } from '@tensorflow/tfjs-core';
import { type Window, windowSpan } from '../regions/window.js';
import { classNameOf, wrappedLayer } from './layer-access.js';
import { axesOf, optionsOf, slidingWindow } from './layer-options.js';
import { extentOf, type NetworkNode } from './network.js';

type IsWrong = (node: NetworkNode, inputShape: readonly number[]) => boolean;

/**
 * A convolution with padding `same` gives zeros everywhere if its windows leave out cells at the end of the input. They
 * do so if the stride is wider than the window. Windows with one cell are right.
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

/** A TimeDistributed is wrong if the layer inside it is. */
const isWrongInside: IsWrong = (node, [batch, , ...shape]) => {
  const layer = wrappedLayer(node.layer);
  const inner = { ...node, layer, className: classNameOf(layer), channelAxis: node.channelAxis - 1 };
  return isCallWrong(inner, [batch!, ...shape]);
};

/** The calls that are wrong on cpu and wasm. */
const WRONG_ON_HOSTS: Readonly<Record<string, IsWrong>> = {
  // Along another axis than the last, the statistics are read as if they lay along the last.
  BatchNormalization: ({ layer }, shape) => {
    const [given = -1] = axesOf(layer, -1);
    const axis = given < 0 ? shape.length + given : given;
    return shape[axis]! > 1 && shape.slice(axis + 1).some((size) => size > 1);
  },
  TimeDistributed: isWrongInside,
};

/** The calls that are wrong on wasm. */
const WRONG_ON_WASM: Readonly<Record<string, IsWrong>> = {
  ...WRONG_ON_HOSTS,
  Conv1D: leavesCellsOut(1),
  Conv2D: leavesCellsOut(2),
  DepthwiseConv2D: leavesCellsOut(2, false),
  SeparableConv2D: leavesCellsOut(2),
  // An alpha that is shared along one axis, but not along one before it, is read as if it were shared along the first
  // axes.
  PReLU: ({ layer }, shape) => {
    const { sharedAxes } = optionsOf(layer);
    const own = shape.findIndex((size, axis) => axis > 0 && size > 1 && !sharedAxes?.includes(axis));
    return own > 0 && (sharedAxes ?? []).some((axis) => axis > own && shape[axis]! > 1);
  },
  // The kernel takes the number of columns for the number of rows.
  CenterCrop: (_, [, rows, columns]) => rows !== columns,
  // The values are wrong for every shape.
  Conv3DTranspose: () => true,
  // If the maximum of a window is negative, the output is the smallest positive float.
  MaxPooling3D: () => true,
};

const WRONG: Readonly<Record<string, Readonly<Record<string, IsWrong>>>> = {
  cpu: WRONG_ON_HOSTS,
  wasm: WRONG_ON_WASM,
};

/**
 * Whether the current backend computes a layer wrong. If so, the mirror's own way up takes the place of the layer's
 * call.
 */
export function isCallWrong(node: NetworkNode, inputShape: readonly number[]): boolean {
  const wrong = WRONG[getBackend()] ?? {};
  return Object.hasOwn(wrong, node.className) && wrong[node.className]!(node, inputShape);
}

const MISSTATED = ['Resizing', 'CenterCrop', 'RandomWidth'];

/** Whether the output shape that a layer states may differ from that of what it computes. */
export function isShapeMisstated({ className }: NetworkNode): boolean {
  return MISSTATED.includes(className);
}

/** From this factor on, float32 rounding makes UpSampling2D with nearest neighbours read the neighbour before for some cells. */
export const ROUNDED_FACTOR = 41;
