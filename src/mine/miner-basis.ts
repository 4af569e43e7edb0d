import type { Deconvnet } from '../deconvnet.js';
import type { ResolvedInputFormat } from '../input/input-format.js';
import { endsInSoftmax } from '../mirrors/rectify/rectify.js';
import type { Shape } from '../network/layer-access.js';
import { featureMapsOf, type NetworkNode } from '../network/network.js';

/** What was mined, and how: states that differ in it are not about the same thing. */
export interface MinerBasis {
  readonly k: number;
  /** How many patches of one image a feature map keeps, at most. */
  readonly perImage: number;
  readonly layers: readonly MinedLayer[];
  /** Shape of one input, null where any size will do. */
  readonly inputShape: Shape;
  /** The numbers of the input format, where it is known. */
  readonly inputFormat: FormatNumbers | null;
}

/** A layer that is mined. */
export interface MinedLayer {
  readonly name: string;
  /** How many feature maps the layer has. */
  readonly featureMaps: number;
  /** Those that are mined, in rising order; null: all. */
  readonly selected: readonly number[] | null;
  /** Whether activations are those of the output, or of the input of its softmax. */
  readonly rankedBy: 'output' | 'logit';
}

/** The part of an input format that values depend on. */
export type FormatNumbers = Pick<ResolvedInputFormat, 'scale' | 'mean' | 'std' | 'channels'>;

/** What to mine: a layer's node, and which of its feature maps. */
export interface MinedNode {
  readonly node: NetworkNode;
  readonly selected: readonly number[] | null;
}

/** What a miner of these layers stands on. */
export function basisOf(
  { engine, inputFormat }: Deconvnet,
  mined: readonly MinedNode[],
  { k, perImage }: { readonly k: number; readonly perImage: number },
): MinerBasis {
  const { network, mirrors, atLogits } = engine;
  return {
    k,
    perImage,
    layers: mined.map(({ node, selected }) => ({
      name: node.name,
      featureMaps: featureMapsOf(node),
      selected,
      rankedBy: atLogits && endsInSoftmax(mirrors.find(node) ?? []) ? 'logit' : 'output',
    })),
    inputShape: network.nodes[network.inputs[0]!]!.outputShape.slice(1),
    inputFormat: inputFormat ? numbersOf(inputFormat) : null,
  };
}

/** The feature maps of a layer that are mined, in rising order. */
export function minedMaps({ featureMaps, selected }: Pick<MinedLayer, 'featureMaps' | 'selected'>): readonly number[] {
  return selected ?? Array.from({ length: featureMaps }, (_, map) => map);
}

/** In what two states differ, for people; undefined where they do not. */
export function differenceOf(a: MinerBasis, b: MinerBasis): string | undefined {
  const sorted = (layers: readonly MinedLayer[]): string => layers.map(described).sort().join(', ');
  if (a.k !== b.k) return `one keeps ${a.k} patches a feature map, the other ${b.k}`;
  if (a.perImage !== b.perImage) return `one keeps ${a.perImage} patches of an image, the other ${b.perImage}`;
  if (sorted(a.layers) !== sorted(b.layers)) return `one mines ${sorted(a.layers)}, the other ${sorted(b.layers)}`;
  if (String(a.inputShape) !== String(b.inputShape)) {
    return `one takes inputs of [${a.inputShape}], the other of [${b.inputShape}]`;
  }
  const [one, other] = [formatOf(a), formatOf(b)];
  return one === other ? undefined : `one has ${one}, the other ${other}`;
}

/** The input format, for people. */
export function formatOf({ inputFormat }: Pick<MinerBasis, 'inputFormat'>): string {
  return inputFormat ? `the input format ${JSON.stringify(inputFormat)}` : 'no input format';
}

function described({ name, featureMaps, selected, rankedBy }: MinedLayer): string {
  return `${name} (${selected ? `feature maps ${selected.join(', ')} of ` : ''}${featureMaps}, by ${rankedBy})`;
}

function numbersOf({ scale, mean, std, channels }: FormatNumbers): FormatNumbers {
  return { scale, mean, std, channels };
}
