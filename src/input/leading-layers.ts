import { optionsOf } from '../network/layer-options.js';
import type { Network, NetworkNode } from '../network/network.js';

/** What the first layers of a network do to the values of a picture. */
export interface LeadingLayers {
  /** The names of the layers that scale the values or turn the order of the channels round. */
  readonly scaling: readonly string[];
  /** Whether their numbers leave no doubt that the values are pixels from 0 to 255, red first. */
  readonly scalePixels: boolean;
  /** The first nodes that do anything else. */
  readonly ends: readonly NetworkNode[];
}

/** What was done to the values so far. */
interface Scaled {
  /** The factor of the first channel. */
  readonly factor: number;
  /** What was added last. */
  readonly added: readonly number[];
  /** Whether the order of the channels is turned round. */
  readonly turned: boolean;
}

interface ScalingOptions {
  readonly activation?: unknown;
  readonly parts?: unknown;
  readonly scale?: Numbers;
  readonly offset?: Numbers;
  readonly mean?: Numbers;
  readonly variance?: Numbers;
  readonly invert?: boolean;
}

/** One number, or numbers along the channels, in a list of any depth. */
type Numbers = number | readonly unknown[];

/** Classes that only move, resize or drop values. At inference, augmentation does not even do that. */
const PASSING = /^(ZeroP|Pad|Random|Resi|CenterC|Crop|Gaussian)|Dropout/;

/** The index `x[..., ::-1]`. Of three channels, the third one is the last. */
const TURNING = /^\[\["rest"\],\["slice",(2|null),null,-1\]\]$/;

/** Follows the values of pictures from the inputs through layers that only scale them. */
export function leadingLayers({ nodes, inputs }: Network): LeadingLayers {
  const scaling: string[] = [];
  const ends: NetworkNode[] = [];
  let scalePixels = true;
  const follow = (from: number, scaled: Scaled): void => {
    for (const node of nodes.filter((one) => one.inputs.includes(from))) {
      const next = after(node, scaled);
      if (!next) {
        ends.push(node);
        scalePixels &&= arePixels(scaled);
        continue;
      }
      if (next !== scaled) scaling.push(node.name);
      follow(node.index, next);
    }
  };
  for (const input of inputs) follow(input, { factor: 1, added: [0], turned: false });
  return { scaling, scalePixels: scalePixels && ends.length > 0, ends };
}

/** The values behind a node; undefined if it does more than to scale them, or if its numbers are weights. */
function after({ className, layer }: NetworkNode, scaled: Scaled): Scaled | undefined {
  const { activation, parts, scale, offset = 0, mean, variance, invert } = optionsOf<ScalingOptions>(layer);
  if (PASSING.test(className) || (className === 'Activation' && activation === 'linear')) return scaled;
  if (className === 'SliceOperation' && TURNING.test(JSON.stringify(parts))) {
    return { ...scaled, turned: !scaled.turned };
  }
  if (/^(Rescaling|ScaleOperation)$/.test(className)) {
    return { ...scaled, factor: scaled.factor * listed(scale)[0]!, added: listed(offset) };
  }
  if (className !== 'Normalization' || mean === undefined || invert) return undefined;
  return { ...scaled, factor: scaled.factor / Math.sqrt(listed(variance)[0]!) };
}

function listed(numbers: Numbers | undefined): number[] {
  return [numbers].flat(Number.POSITIVE_INFINITY) as number[];
}

/**
 * Whether values that were scaled were pixels, red first. They were if they now span about 1, as the values do with which
 * networks compute, or if only the mean pixel of ImageNet was subtracted, whose blue is 104 and whose red is 124.
 */
function arePixels({ factor, added, turned }: Scaled): boolean {
  const span = Math.abs(factor) * 255;
  const isMeanPixel = factor === 1 && added.every((value) => value < -102 && value > -125);
  return (span > 0.5 && span < 20) || (isMeanPixel && added[0]! > added[2]! === turned);
}
