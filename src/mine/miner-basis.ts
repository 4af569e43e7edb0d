import type { Deconvnet } from '../deconvnet.js';
import type { ResolvedInputFormat } from '../input/input-format.js';
import { endsInSoftmax } from '../mirrors/rectify.js';
import type { Shape } from '../network/layer-access.js';
import { featureMapsOf, type NetworkNode } from '../network/network.js';

/** What was mined, and how: states that differ in it are not about the same thing. */
export interface MinerBasis {
  readonly k: number;
  readonly layers: readonly MinedLayer[];
  /** Shape of one input, null where any size will do. */
  readonly inputShape: Shape;
  /** The numbers of the input format, where it is known. */
  readonly inputFormat: FormatNumbers | null;
}

/** A layer that is mined. */
export interface MinedLayer {
  readonly name: string;
  readonly featureMaps: number;
  /** Whether activations are those of the output, or of the input of its softmax. */
  readonly rankedBy: 'output' | 'logit';
}

/** The part of an input format that values depend on. */
export type FormatNumbers = Pick<ResolvedInputFormat, 'scale' | 'mean' | 'std' | 'channels'>;

/** What a miner of these layers stands on. */
export function basisOf({ engine, inputFormat }: Deconvnet, nodes: readonly NetworkNode[], k: number): MinerBasis {
  const { network, mirrors, atLogits } = engine;
  return {
    k,
    layers: nodes.map((node) => ({
      name: node.name,
      featureMaps: featureMapsOf(node),
      rankedBy: atLogits && endsInSoftmax(mirrors.find(node) ?? []) ? 'logit' : 'output',
    })),
    inputShape: network.nodes[network.inputs[0]!]!.outputShape.slice(1),
    inputFormat: inputFormat ? numbersOf(inputFormat) : null,
  };
}

/** In what two states differ, for people; undefined where they do not. */
export function differenceOf(a: MinerBasis, b: MinerBasis): string | undefined {
  const sorted = (layers: readonly MinedLayer[]): string =>
    layers
      .map(({ name, featureMaps, rankedBy }) => `${name} (${featureMaps}, by ${rankedBy})`)
      .sort()
      .join(', ');
  if (a.k !== b.k) return `one keeps ${a.k} patches a feature map, the other ${b.k}`;
  if (sorted(a.layers) !== sorted(b.layers)) return `one mines ${sorted(a.layers)}, the other ${sorted(b.layers)}`;
  if (String(a.inputShape) !== String(b.inputShape)) {
    return `one takes inputs of [${a.inputShape}], the other of [${b.inputShape}]`;
  }
  const [one, other] = [a.inputFormat, b.inputFormat].map((format) => JSON.stringify(format));
  return one === other ? undefined : `one has the input format ${one}, the other ${other}`;
}

function numbersOf({ scale, mean, std, channels }: FormatNumbers): FormatNumbers {
  return { scale, mean, std, channels };
}
