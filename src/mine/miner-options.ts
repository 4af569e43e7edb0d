import type { Deconvnet } from '../deconvnet.js';
import { DeconvnetError } from '../errors.js';
import { isConvolution } from '../layer-info.js';
import { checkKeys } from '../options.js';

/** What a miner looks at, and how much it keeps. */
export interface PatchMinerOptions {
  /** Layers to mine; by default all convolutions. */
  readonly layers?: readonly string[];
  /** How many patches to keep for each feature map; 9 by default. */
  readonly k?: number;
  /** How many bytes of pixels to keep; 256 MiB by default. Beyond it patches keep their ids alone. */
  readonly maxBytes?: number;
}

/** @throws DeconvnetError `invalid-option`, `unsupported-topology`. */
export function resolveMinerOptions(deconvnet: Deconvnet, options: PatchMinerOptions): Required<PatchMinerOptions> {
  const { layers = defaultLayers(deconvnet), k = 9, maxBytes = 256 * 2 ** 20 } = options;
  checkKeys('PatchMiner', options, ['layers', 'k', 'maxBytes']);
  const { network } = deconvnet.engine;
  if (network.inputs.length !== 1) {
    throw new DeconvnetError(
      'unsupported-topology',
      `Model '${deconvnet.model.name}' has ${network.inputs.length} inputs; a miner takes models with one. Project with lists of inputs instead.`,
    );
  }
  if (!Number.isInteger(k) || k < 1) {
    throw new DeconvnetError(
      'invalid-option',
      `k is how many patches to keep for each feature map, 1 or more; it is ${k}.`,
    );
  }
  if (!(maxBytes >= 0)) {
    throw new DeconvnetError(
      'invalid-option',
      `maxBytes is how many bytes of pixels to keep, 0 or more; it is ${maxBytes}.`,
    );
  }
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new DeconvnetError(
      'invalid-option',
      `No layers to mine: name some in { layers: [...] }. The model has ${network.nodes.map(({ name }) => name).join(', ')}.`,
    );
  }
  return { layers, k, maxBytes };
}

function defaultLayers({ layers }: Deconvnet): string[] {
  return layers
    .filter(({ className, blockedBy }) => blockedBy === null && isConvolution(className))
    .map(({ name }) => name);
}
