import { getBackend } from '@tensorflow/tfjs-core';
import { slidingWindow } from '../mirrors/layer-options.js';
import { extentOf, type NetworkNode } from '../network/network.js';
import { windowSpan } from '../network/window.js';

/**
 * Whether a backend computes a layer wrong, so that its mirror's own way up must stand in for the layer's call.
 *
 * tfjs 4.22 on wasm: a convolution with padding `same` is zero everywhere where its windows leave cells of the input
 * out at the end (a stride wider than the window; 1x1 windows are right).
 */
export function isCallWrong(node: NetworkNode, inputShape: readonly number[]): boolean {
  if (getBackend() !== 'wasm' || node.className !== 'Conv2D') return false;
  const window = slidingWindow(node.layer, 2);
  if (window.padding !== 'same' || window.size.every((size) => size === 1)) return false;
  return extentOf(inputShape, node.channelAxis).some((cells, axis) => {
    const stride = window.stride[axis]!;
    return (Math.ceil(cells / stride) - 1) * stride + windowSpan(window, axis) < cells;
  });
}
