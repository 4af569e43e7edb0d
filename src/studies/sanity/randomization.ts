import type { Deconvnet } from '../../deconvnet.js';
import { checkDeconvnet } from '../../errors/check-deconvnet.js';
import { checkKeys, checkValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { SourceItem } from '../../mine/image-source.js';
import { findNode, type NetworkNode } from '../../network/network.js';
import type { Engine } from '../../project/engine.js';
import { BATCH_SIZE } from '../kit/study-options.js';
import { usualLayers } from '../kit/usual-layers.js';
import type { Compared } from './compare-projections.js';
import { compared } from './compared.js';
import { countUp, projectInTurn } from './project-in-turn.js';
import { layersBelow, randomNetwork } from './random-network.js';
import { checkSanity, readProjected, type SanityOptions } from './sanity-options.js';
import type { SanityProjection } from './sanity-projection.js';

/** What is projected, and which steps are taken. */
export interface RandomizationOptions extends SanityOptions {
  /**
   * The names of the layers down to which the network is made random, one step for each, in any order. Default: all of
   * `randomizationSteps`. Steps do not depend on each other.
   */
  readonly steps?: readonly string[];
}

/** The projections of one picture from a network whose layers are random from the top down to one of them. */
export interface RandomizationStep {
  /** The picture's id. */
  readonly id: string;
  /** The layer that is projected. */
  readonly layer: string;
  /** How many layers are random, counted from `layer` down. In step 0 the network is the real one. */
  readonly step: number;
  /** The lowest layer that is random; undefined in step 0. */
  readonly randomized?: string;
  /** For each rule, the projections of all chosen activations, compared with those of step 0. */
  readonly projections: readonly ComparedProjection[];
  readonly seed: number;
}

/** A projection, and how alike it is to another one. */
export interface ComparedProjection extends SanityProjection, Compared {}

/**
 * The layers down to which `randomization` makes a network random, from the top down: the layer that is projected, and all
 * layers below it, if they have learned weights. Layers above it do not matter to a projection.
 *
 * @param layer the name of the layer that is projected. Default: the last of `defaultLayers`
 * @returns the names of the layers, one for each step
 * @example
 * ```ts
 * import type { Deconvnet } from 'deconvnet';
 * import { randomizationSteps } from 'deconvnet/studies';
 *
 * const everySecond = (deconvnet: Deconvnet) => randomizationSteps(deconvnet, 'conv5').filter((_, i) => i % 2 === 0);
 * ```
 * @throws DeconvnetError `unknown-layer`, `invalid-option`, `disposed`.
 */
export function randomizationSteps(deconvnet: Deconvnet, layer?: string): string[] {
  checkDeconvnet('randomizationSteps', deconvnet);
  deconvnet.engine.assertUsable();
  const node = findNode(deconvnet.engine.network, layer ?? usualLayers(deconvnet, 'layer').at(-1)!);
  return layersBelow(deconvnet, node).map(({ name }) => name);
}

/**
 * Makes the layers of a network random from the top down, one more at each step, and compares the projections with those
 * of the real network: the cascading test of Adebayo et al., *Sanity Checks for Saliency Maps*, NeurIPS 2018. Nie et al.,
 * *A Theoretical Explanation for Perplexing Behaviors of Backpropagation-based Visualizations*, ICML 2018, studied the
 * deconvnet by it. A projection that hardly changes does not show what the network has learned.
 *
 * The activations are the strongest ones of some feature maps of the real network. In each network the signal starts as 1
 * at the same layer, feature map and position, whatever the network computes there, and everything on the way down is
 * that of the random network: switches, masks and weights. Random weights are drawn as by `randomizeWeights` of
 * `deconvnet/models`: each as it was drawn before the training, by the initializer that the layer's config names. They are
 * drawn for a copy of the model. The model itself is only read.
 *
 * Projections are compared by `compareProjections`, in the part of the receptive field that lies in the picture.
 *
 * @param item the picture: an id and the input tensor, which stays the caller's
 * @returns the steps, one after another: the real network first, then the steps from the top down
 * @example
 * ```ts
 * import type { Tensor } from '@tensorflow/tfjs-core';
 * import type { Deconvnet } from 'deconvnet';
 * import { randomization, summarizeLikeness } from 'deconvnet/studies';
 *
 * const study = async (deconvnet: Deconvnet, image: Tensor) => {
 *   for await (const { step, randomized, projections } of randomization(deconvnet, { id: 'dog.jpg', image })) {
 *     for (const { rule, likeness } of summarizeLikeness(projections)) {
 *       console.log(step, randomized ?? 'the real network', rule, likeness?.absolute.rankCorrelation);
 *     }
 *   }
 * };
 * ```
 * @throws DeconvnetError `unknown-layer`, `unsupported-layer`, `feature-map-out-of-range`, `unsupported-option`,
 * `unsupported-topology` if the model cannot be copied, `shape-mismatch`, `not-finite`, `invalid-option`, `disposed`,
 * `inside-tidy`; the reason of the signal if that was aborted.
 */
export async function* randomization(
  deconvnet: Deconvnet,
  item: SourceItem,
  options: RandomizationOptions = {},
): AsyncGenerator<RandomizationStep, void, undefined> {
  const names = ['layer', 'maps', 'rules', 'seed', 'steps', 'batchSize', 'onProgress', 'signal'] as const;
  checkKeys('randomization', options, names);
  const rules = checkSanity('randomization', deconvnet, item, options);
  const { seed = 0, batchSize = BATCH_SIZE, onProgress, signal } = options;
  const projected = await readProjected('randomization', deconvnet, item, options);
  const { picture, node, cells } = projected;
  try {
    const all = layersBelow(deconvnet, node);
    const steps = chosenSteps(deconvnet, node, all, options.steps);
    const total = (1 + steps.length) * rules.length * cells.length;
    const tell = countUp(total, onProgress);
    const project = (engine: Engine): Promise<SanityProjection[]> =>
      projectInTurn(engine, rules, projected, { batchSize, signal, tell });
    const head = { id: item.id, layer: node.name, seed };
    const real = await project(deconvnet.engine);
    yield { ...head, step: 0, projections: compared(real, real) };
    for (const lowest of steps) {
      signal?.throwIfAborted();
      deconvnet.engine.assertUsable();
      const random = await randomNetwork(deconvnet, lowest, seed);
      let projections: ComparedProjection[];
      try {
        projections = compared(await project(deconvnet.engine.alike({ network: random.network })), real);
      } finally {
        random.dispose();
      }
      yield { ...head, step: all.indexOf(lowest) + 1, randomized: lowest.name, projections };
    }
    signal?.throwIfAborted();
  } finally {
    picture.tensor.dispose();
  }
}

function chosenSteps(
  deconvnet: Deconvnet,
  node: NetworkNode,
  all: readonly NetworkNode[],
  chosen: readonly string[] | undefined,
): NetworkNode[] {
  if (all.length === 0) {
    throw new DeconvnetError(
      'invalid-option',
      `Neither the layer '${node.name}' nor a layer below it has learned weights, so there is nothing to make random. Name a higher layer.`,
      { layer: node.name },
    );
  }
  if (chosen === undefined) return [...all];
  checkValue(Array.isArray(chosen), "steps is a list of names of layers, ['conv5', 'conv1']", chosen);
  const wanted = new Set(chosen.map((name) => findNode(deconvnet.engine.network, name)));
  const lost = [...wanted].find((step) => !all.includes(step));
  if (lost) {
    throw new DeconvnetError(
      'invalid-option',
      `The layer '${lost.name}' is not a step: steps are layers with learned weights, from '${node.name}' down: ${all.map(({ name }) => name).join(', ')}.`,
      { layer: lost.name },
    );
  }
  return all.filter((step) => wanted.has(step));
}
