import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';

/** A layer, as far as it must be the same at all checkpoints. */
interface LayerSummary {
  readonly name: string;
  readonly className: string;
  readonly shape: string;
}

/** A checkpoint, as far as the others must agree with it. It is kept when the network is disposed. */
export interface NetworkSummary {
  /** The name of the checkpoint. */
  readonly name: string;
  readonly layers: readonly LayerSummary[];
}

/** What other checkpoints must have in common with this one. */
export function networkSummary(name: string, { layers }: Deconvnet): NetworkSummary {
  return {
    name,
    layers: layers.map(({ name: layer, className, outputShape }) => ({
      ...{ name: layer, className },
      shape: `[${outputShape}]`,
    })),
  };
}

/**
 * Checks that a checkpoint has the same layers as the first one.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function checkSameNetwork(first: NetworkSummary, { name, layers }: NetworkSummary): void {
  const difference = differenceOf(first.layers, layers);
  if (difference === undefined) return;
  throw new DeconvnetError(
    'invalid-option',
    `The checkpoint '${name}' is of another network than '${first.name}': ${difference}. Give checkpoints of one network.`,
  );
}

/** In what two networks differ, as the end of a sentence; undefined if they have the same layers. */
function differenceOf(a: readonly LayerSummary[], b: readonly LayerSummary[]): string | undefined {
  if (a.length !== b.length) return `it has ${b.length} layers instead of ${a.length}`;
  for (const [i, { name, className, shape }] of a.entries()) {
    const other = b[i]!;
    if (other.name !== name) return `its layer ${i} is '${other.name}' instead of '${name}'`;
    if (other.className !== className) return `its layer '${name}' is a ${other.className} instead of a ${className}`;
    if (other.shape !== shape) return `the output of its layer '${name}' is ${other.shape} instead of ${shape}`;
  }
  return undefined;
}
