import { checkFlag, checkKeys, describeValue, isCount } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { extentOf, featureMapsOf, findNode, type Network, type NetworkNode } from '../network/network.js';

/** Which activations to project: a feature map of a layer, and where in it. */
export interface Selection {
  /** The layer's name; inside a nested model `outer/inner`, or a suffix that only one layer has. */
  readonly layer: string;
  /** Which channel, or which unit of a dense layer; from 0. */
  readonly featureMap: number;
  /**
   * `all` (default): the whole feature map. `strongest`: its largest activation, the first one where several are
   * equal. Or the place of one activation per spatial axis, `[y, x]`; `[]` for a dense unit.
   */
  readonly position?: 'all' | 'strongest' | readonly number[];
  /** Only the pixels of the receptive field, zeros where it sticks out of the picture; false by default. */
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
 * Finds the layer and checks the feature map; a position can be checked when the sizes are known.
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
  // A ranked selection carries its activation; the command line's `--map` is a featureMap here.
  checkKeys('A selection', selection, ['layer', 'featureMap', 'position', 'crop', 'activation', 'probability']);
  const node = findNode(network, selection.layer);
  const { featureMap, position = 'all', crop = false } = selection;
  checkFeatureMap(node, featureMap);
  checkFlag('crop of a selection', crop);
  if (position !== 'all' && position !== 'strongest' && !Array.isArray(position)) {
    throw new DeconvnetError(
      'invalid-option',
      `A position is 'all', 'strongest' or the place of one activation such as [y, x]; this one is ${describeValue(position)}.`,
      { layer: node.name },
    );
  }
  // Where sizes are known beforehand, nothing needs to be computed to find a wrong position.
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
