import type { Deconvnet } from '../../deconvnet.js';
import { counted } from '../../errors/counted.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { extentOf, findNode } from '../../network/network.js';
import { formatOf, type MinerBasis } from '../miner-basis.js';
import type { KeptState } from './miner-state.js';

/**
 * Checks that a saved state fits a network: the network has its layers and the positions of its patches.
 *
 * @throws DeconvnetError `state-mismatch`.
 */
export function checkFits(deconvnet: Deconvnet, kept: KeptState): void {
  const pixelAxes = kept.inputShape.length - 1;
  for (const { name, featureMaps, maps } of kept.layers) {
    const info = deconvnet.layers.find((layer) => layer.name === name);
    if (info?.featureMaps !== featureMaps) {
      throw new DeconvnetError(
        'state-mismatch',
        `This state was mined on a network with a layer '${name}' of ${counted(featureMaps, 'feature map')}; model '${deconvnet.model.name}' has no such layer.`,
        { layer: name },
      );
    }
    const { outputShape, channelAxis } = findNode(deconvnet.engine.network, name);
    const extent = extentOf(outputShape, channelAxis);
    const odd = maps
      .flat()
      .find(
        ({ position, receptiveField }) =>
          position.length !== extent.length ||
          position.some((cell, axis) => cell >= (extent[axis] ?? Number.POSITIVE_INFINITY)) ||
          receptiveField.start.length !== pixelAxes,
      );
    if (!odd) continue;
    throw new DeconvnetError(
      'state-mismatch',
      `This state has a patch from '${odd.id}' at position [${odd.position}] of layer '${name}'; in model '${deconvnet.model.name}' the positions of this layer are [${extent.map((size) => size ?? 'any')}].`,
      { layer: name },
    );
  }
}

/**
 * Checks that the patches of a state are ranked as the network ranks them now. Version 0.1 of the library ranked the
 * layers of some nonlinearities by their output, which is bounded.
 *
 * @throws DeconvnetError `state-mismatch`.
 */
export function checkRanking({ engine }: Deconvnet, kept: MinerBasis): void {
  for (const { name, rankedBy } of kept.layers) {
    const bounded = engine.boundedEnd(findNode(engine.network, name));
    if (rankedBy !== 'output' || !bounded || bounded.family === 'normalizer') continue;
    throw new DeconvnetError(
      'state-mismatch',
      `This state ranks the patches of layer '${name}' by the output of ${bounded.name}, as version 0.1 of this library did, and as the rule 'gradient' does. They are now ranked by the input of ${bounded.name}: many outputs can have exactly the largest value, and such patches were in the order of their ids.`,
      {
        layer: name,
        advice: {
          about: 'mine-again',
          text: 'Mine the pictures again. A state that was mined with the rule `gradient` needs that rule.',
        },
      },
    );
  }
}

/**
 * Checks that a state was mined with the input format that the network has now.
 *
 * @throws DeconvnetError `state-mismatch`.
 */
export function checkFormat(kept: Pick<MinerBasis, 'inputFormat'>, own: Pick<MinerBasis, 'inputFormat'>): void {
  if (formatOf(kept) === formatOf(own)) return;
  throw new DeconvnetError(
    'state-mismatch',
    `This state was mined with ${formatOf(kept)}; the network has ${formatOf(own)}.`,
    { advice: { about: 'input-format', text: 'Give new Deconvnet the `input` that the state was mined with.' } },
  );
}
