import { checkFlag, checkKeys, describeValue, isCount } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { extentOf, featureMapsOf, findNode, type Network, type NetworkNode } from '../network/network.js';

/** Which activations to project: a feature map of a layer, and where in it. */
export interface Selection {
  /** The name of the layer: inside a nested model `outer/inner`, or a suffix that only one layer has. */
  readonly layer: string;
  /** The number of the channel, or of the unit of a dense layer, counted from 0. */
  readonly featureMap: number;
  /**
   * `all` (default): the whole feature map. `strongest`: its largest activation, or the first one if several are
   * equally large. Otherwise the position of one activation per spatial axis, `[y, x]`; `[]` for a dense unit.
   */
  readonly position?: 'all' | 'strongest' | readonly number[];
  /**
   * Whether to return only the pixels in which the signal can land (the `landing` of the projection, which is the
   * receptive field except above a gate), with zeros where that box sticks out of the image; false by default.
   */
  readonly crop?: boolean;
}

/** A selection, checked against the network. */
export interface CheckedSelection {
  readonly node: NetworkNode;
  readonly featureMap: number;
  readonly position: 'all' | 'strongest' | readonly number[];
  readonly crop: boolean;
}

/**
 * Finds the layer, and checks the feature map and the options. The position is checked here if the layer's sizes are
 * known, and otherwise when an image has come.
 *
 * @throws DeconvnetError `unknown-layer`, `feature-map-out-of-range` or `invalid-option`.
 */
export function checkSelection(network: Network, selection: Selection): CheckedSelection {
  if (typeof selection !== 'object' || selection === null || selection.layer === undefined) {
    throw new DeconvnetError(
      'invalid-option',
      `A selection names a layer and a feature map, as { layer: 'conv1', featureMap: 0 }; this one is ${describeValue(selection)}.`,
    );
  }
  // What `strongest` returns can be given back, so its activation, probability and output are accepted, and ignored.
  checkKeys('A selection', selection, [
    'layer',
    'featureMap',
    'position',
    'crop',
    'activation',
    'probability',
    'output',
  ]);
  const node = findNode(network, selection.layer);
  const { featureMap, position = 'all', crop = false } = selection;
  checkFeatureMap(node, featureMap);
  checkFlag('crop of a selection', crop);
  if (position !== 'all' && position !== 'strongest' && !Array.isArray(position)) {
    throw new DeconvnetError(
      'invalid-option',
      `A position is 'all', 'strongest' or the position of one activation such as [y, x]; this one is ${describeValue(position)}.`,
      { layer: node.name },
    );
  }
  // If the sizes are known, a wrong position can be found before anything is computed.
  const { outputShape } = node;
  if (typeof position !== 'string' && outputShape.slice(1).every((size) => size !== null)) {
    checkPosition(node, position, outputShape as number[]);
  }
  return { node, featureMap, position, crop };
}

/** @throws DeconvnetError `feature-map-out-of-range`. */
export function checkFeatureMap(node: NetworkNode, featureMap: unknown): void {
  const count = featureMapsOf(node);
  if (isCount(featureMap, 0) && (featureMap as number) < count) return;
  if (typeof featureMap !== 'number') {
    const meant =
      typeof featureMap === 'string' && /^\d+$/.test(featureMap) ? ` Write it without quotes: ${featureMap}.` : '';
    throw new DeconvnetError(
      'feature-map-out-of-range',
      `A feature map of layer '${node.name}' is a whole number from 0 to ${count - 1}; this is ${describeValue(featureMap)}.${meant}`,
      { layer: node.name },
    );
  }
  const last = featureMap === count ? ` Did you mean ${count - 1}?` : '';
  throw new DeconvnetError(
    'feature-map-out-of-range',
    `Feature map ${String(featureMap)} of layer '${node.name}' does not exist: it has ${count}, numbered from 0.${last}`,
    { layer: node.name },
  );
}

/** @throws DeconvnetError `position-out-of-range`. */
export function checkPosition(node: NetworkNode, position: readonly number[], shape: readonly number[]): void {
  const extent = extentOf(shape, node.channelAxis);
  const inside =
    position.length === extent.length &&
    position.every((cell, axis) => Number.isInteger(cell) && cell >= 0 && cell < extent[axis]!);
  if (inside) return;
  const expected =
    extent.length === 0
      ? 'it has a single activation, at []'
      : `positions run from [${extent.map(() => 0)}] to [${extent.map((cells) => cells - 1)}]`;
  throw new DeconvnetError(
    'position-out-of-range',
    `Layer '${node.name}' has no position [${position.map(shown)}]: ${expected}.`,
    { layer: node.name },
  );
}

function shown(cell: unknown): string {
  return typeof cell === 'number' ? String(cell) : describeValue(cell);
}
