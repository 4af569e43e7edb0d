import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { layerClass } from '../../mirrors/table.js';
import { hasDrawnWeights, randomizeWeights } from '../../models/randomize-weights.js';
import { ancestorsOf } from '../../network/ancestors.js';
import type { Layer } from '../../network/layer-access.js';
import type { Network, NetworkNode } from '../../network/network.js';
import { readNetwork } from '../../network/read-network.js';

/** A copy of a network in which layers are random. */
export interface RandomNetwork {
  readonly network: Network;
  /** Disposes the copy of the model. */
  dispose(): void;
}

/**
 * The layers with learned weights that a layer is computed from, itself included, from the top down. A layer that is used
 * several times is there once, at its topmost place.
 */
export function layersBelow({ engine: { network } }: Deconvnet, node: NetworkNode): NetworkNode[] {
  const seen = new Set<Layer>();
  const topDown = [...ancestorsOf(network, [node])].sort((a, b) => b - a).map((index) => network.nodes[index]!);
  return topDown.filter(({ layer }) => {
    if (seen.has(layer)) return false;
    seen.add(layer);
    return hasDrawnWeights(layer);
  });
}

/**
 * Copies a network, with random weights from the top down to a layer. The model of the Deconvnet is only read.
 *
 * @throws DeconvnetError `unsupported-topology` if the model cannot be copied.
 */
export async function randomNetwork(
  { model, engine }: Deconvnet,
  { name: from }: NetworkNode,
  seed: number,
): Promise<RandomNetwork> {
  const copy = await copied(() => randomizeWeights(model, { from, seed }), model.name);
  try {
    const network = readNetwork(copy, layerClass);
    const names = (one: Network): string => one.nodes.map(({ name }) => name).join(', ');
    if (names(network) !== names(engine.network)) {
      throw new Error(`the copy has the layers ${names(network)}, and the model has ${names(engine.network)}`);
    }
    return { network, dispose: () => void copy.dispose() };
  } catch (error) {
    copy.dispose();
    throw notCopied(model.name, error);
  }
}

async function copied<Made>(copy: () => Promise<Made>, name: string): Promise<Made> {
  try {
    return await copy();
  } catch (error) {
    throw notCopied(name, error);
  }
}

function notCopied(name: string, cause: unknown): DeconvnetError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DeconvnetError(
    'unsupported-topology',
    `Model '${name}' cannot be copied, and only a copy may get random weights: ${why} If the model has layers of your own, register their classes with tf.serialization.registerClass, and return all their options from getConfig.`,
    { cause },
  );
}
