import type { Deconvnet } from '../deconvnet.js';
import { counted } from '../errors/counted.js';
import type { ResolvedInputFormat } from '../input/input-format.js';
import type { RankedBy } from '../mirrors/rectify/bounded-end.js';
import type { Shape } from '../network/layer-access.js';
import { featureMapsOf, firstInput, type NetworkNode } from '../network/network.js';

/** What is mined, and how. States with different bases cannot be compared or merged. */
export interface MinerBasis {
  /** How many patches are kept per feature map. */
  readonly k: number;
  /** How many patches from one image are kept per feature map, at most. */
  readonly perImage: number;
  readonly layers: readonly MinedLayer[];
  /** The shape of one input; null along an axis of any size. */
  readonly inputShape: Shape;
  /** The numbers of the input format, or null if it is unknown. */
  readonly inputFormat: FormatNumbers | null;
}

/** A layer that is mined. */
export interface MinedLayer {
  readonly name: string;
  /** How many feature maps the layer has. */
  readonly featureMaps: number;
  /** The feature maps that are mined, in rising order; null if all are. */
  readonly selected: readonly number[] | null;
  /**
   * What activations are ranked by: the layer's `output`; the `logit`, that is the input of its softmax; or the `input` of
   * another bounded nonlinearity.
   */
  readonly rankedBy: RankedBy;
}

/** The part of an input format that the values of the input depend on. */
export type FormatNumbers = Pick<ResolvedInputFormat, 'scale' | 'mean' | 'std' | 'channels'>;

/** A node to mine, and which of its feature maps (null: all). */
export interface MinedNode {
  readonly node: NetworkNode;
  readonly selected: readonly number[] | null;
}

/** Collects the basis of a miner. */
export function basisOf(
  { engine, inputFormat }: Deconvnet,
  mined: readonly MinedNode[],
  { k, perImage }: { readonly k: number; readonly perImage: number },
): MinerBasis {
  const { network } = engine;
  return {
    k,
    perImage,
    layers: mined.map(({ node, selected }) => ({
      name: node.name,
      featureMaps: featureMapsOf(node),
      selected,
      rankedBy: engine.rankedBy(node),
    })),
    inputShape: firstInput(network).outputShape.slice(1),
    inputFormat: inputFormat ? numbersOf(inputFormat) : null,
  };
}

/** The feature maps of a layer that are mined, in rising order. */
export function minedMaps({ featureMaps, selected }: Pick<MinedLayer, 'featureMaps' | 'selected'>): readonly number[] {
  return selected ?? Array.from({ length: featureMaps }, (_, map) => map);
}

/** Describes for a person how two bases differ; undefined if they are equal. */
export function differenceOf(a: MinerBasis, b: MinerBasis): string | undefined {
  const sorted = (layers: readonly MinedLayer[]): string => layers.map(described).sort().join(', ');
  if (a.k !== b.k) return `one keeps ${counted(a.k, 'patch', 'patches')} per feature map, the other ${b.k}`;
  if (a.perImage !== b.perImage)
    return `one keeps ${counted(a.perImage, 'patch', 'patches')} per image, the other ${b.perImage}`;
  if (sorted(a.layers) !== sorted(b.layers)) return `one mines ${sorted(a.layers)}, the other ${sorted(b.layers)}`;
  if (String(a.inputShape) !== String(b.inputShape)) {
    return `one takes inputs shaped [${a.inputShape}], the other [${b.inputShape}]`;
  }
  const [one, other] = [formatOf(a), formatOf(b)];
  return one === other ? undefined : `one has ${one}, the other ${other}`;
}

/** Describes the input format for a person. */
export function formatOf({ inputFormat }: Pick<MinerBasis, 'inputFormat'>): string {
  return inputFormat ? `the input format ${JSON.stringify(inputFormat)}` : 'no input format';
}

function described({ name, featureMaps, selected, rankedBy }: MinedLayer): string {
  return `${name} (${selected ? `feature maps ${selected.join(', ')} of ` : ''}${featureMaps}, by ${rankedBy})`;
}

function numbersOf({ scale, mean, std, channels }: FormatNumbers): FormatNumbers {
  return { scale, mean, std, channels };
}
