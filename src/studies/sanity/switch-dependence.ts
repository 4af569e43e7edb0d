import type { Deconvnet } from '../../deconvnet.js';
import { checkKeys } from '../../errors/check-options.js';
import type { SourceItem } from '../../mine/image-source.js';
import type { Rule } from '../../mirrors/rules.js';
import type { Network } from '../../network/network.js';
import type { Engine } from '../../project/engine.js';
import { disposeAscent } from '../../project/up/ascend.js';
import { ascendRows } from '../../project/up/ascend-rows.js';
import { BATCH_SIZE } from '../kit/study-options.js';
import type { Compared } from './compare-projections.js';
import { compared } from './compared.js';
import { projectMixed } from './mixed-projections.js';
import { countUp, type InTurn } from './project-in-turn.js';
import { layersBelow, randomNetwork } from './random-network.js';
import { withRandomSwitches } from './random-switches.js';
import { checkSanity, type Projected, readProjected, type SanityOptions } from './sanity-options.js';
import type { SanityProjection } from './sanity-projection.js';

/** What is random on the way down; all else is that of the real network and the real picture. */
export type RandomPart = 'nothing' | 'weights' | 'switches' | 'both';

/** What projections of one picture owe to switches, and what to weights. */
export interface SwitchDependence {
  /** The picture's id. */
  readonly id: string;
  /** The layer that is projected. */
  readonly layer: string;
  /** The names of the layers below it whose switches are random. If there are none, random switches change nothing. */
  readonly pools: readonly string[];
  /** For each rule and each random part, the projections of all chosen activations, compared with the real ones. */
  readonly projections: readonly SwitchProjection[];
  readonly seed: number;
}

/** A projection with something random, and how alike it is to the real one. */
export interface SwitchProjection extends SanityProjection, Compared {
  readonly random: RandomPart;
}

/**
 * Finds out how much of a projection is owed to the switches of max pooling alone, a question of Mahendran & Vedaldi,
 * *Salient Deconvolutional Networks*, ECCV 2016. Each activation is projected four times: as it is (`nothing`), with random
 * `weights` and the real switches, with random `switches` and the real weights, and with `both` random, as the control. All
 * four are compared with the first by `compareProjections`.
 *
 * With random weights, everything that was recorded on the way up is still that of the real network: switches, the masks
 * of nonlinearities, gates. With random switches, only the switches are random: each is drawn among the real cells of its
 * pooling window, and padding is never drawn. Weights are drawn as in `randomization`, for all layers. The signal starts
 * as 1.
 *
 * @param item the picture: an id and the input tensor, which stays the caller's
 * @example
 * ```ts
 * import type { Tensor } from '@tensorflow/tfjs-core';
 * import type { Deconvnet } from 'deconvnet';
 * import { summarizeLikeness, switchDependence } from 'deconvnet/studies';
 *
 * const study = async (deconvnet: Deconvnet, image: Tensor) => {
 *   const { projections } = await switchDependence(deconvnet, { id: 'dog.jpg', image }, { layer: 'conv5' });
 *   const onlySwitchesAreReal = projections.filter(({ random }) => random === 'weights');
 *   for (const { rule, likeness } of summarizeLikeness(onlySwitchesAreReal)) {
 *     console.log(rule, likeness?.absolute.structuralSimilarity);
 *   }
 * };
 * ```
 * @throws DeconvnetError `unknown-layer`, `unsupported-layer`, `feature-map-out-of-range`, `unsupported-option`,
 * `unsupported-topology` if the model cannot be copied, `shape-mismatch`, `not-finite`, `invalid-option`, `disposed`,
 * `inside-tidy`; the reason of the signal if that was aborted.
 */
export async function switchDependence(
  deconvnet: Deconvnet,
  item: SourceItem,
  options: SanityOptions = {},
): Promise<SwitchDependence> {
  const names = ['layer', 'maps', 'rules', 'seed', 'batchSize', 'onProgress', 'signal'] as const;
  checkKeys('switchDependence', options, names);
  const rules = checkSanity('switchDependence', deconvnet, item, options);
  const { seed = 0, batchSize = BATCH_SIZE, onProgress, signal } = options;
  const projected = await readProjected('switchDependence', deconvnet, item, options);
  const { picture, node, cells } = projected;
  try {
    const lowest = layersBelow(deconvnet, node).at(-1);
    const random = lowest && (await randomNetwork(deconvnet, lowest, seed));
    try {
      const turn = { batchSize, signal, tell: countUp(4 * rules.length * cells.length, onProgress) };
      const projections: SwitchProjection[] = [];
      for (const rule of rules) {
        const networks = { own: deconvnet.engine, random: random?.network ?? deconvnet.engine.network };
        projections.push(...(await byRule(networks, { rule, seed }, projected, turn)));
      }
      signal?.throwIfAborted();
      return { id: item.id, layer: node.name, pools: poolsBelow(deconvnet.engine, projected), projections, seed };
    } finally {
      random?.dispose();
    }
  } finally {
    picture.tensor.dispose();
  }
}

/** Projects by one rule, with all that can be random. */
async function byRule(
  { own, random }: { readonly own: Engine; readonly random: Network },
  { rule, seed }: { readonly rule: Rule; readonly seed: number },
  projected: Projected,
  turn: InTurn,
): Promise<SwitchProjection[]> {
  const weights = { real: own.alike({ rule }), random: own.alike({ rule, network: random }) };
  const randomSwitches = own.alike({ rule: withRandomSwitches(rule, seed) });
  const withRecordsOf = async (up: Engine, parts: readonly [real: RandomPart, random: RandomPart]) => {
    await up.checkWeights([projected.node]);
    const options = { targets: [projected.node], record: true, crop: undefined };
    const records = ascendRows(up, [projected.picture.tensor], [0], options);
    try {
      const made: (SanityProjection & { readonly random: RandomPart })[] = [];
      for (const [i, engine] of [weights.real, weights.random].entries()) {
        const projections = await projectMixed(engine, records, projected, turn);
        made.push(...projections.map((one) => ({ ...one, random: parts[i]! })));
      }
      return made;
    } finally {
      disposeAscent(records);
    }
  };
  try {
    const withReal = await withRecordsOf(weights.real, ['nothing', 'weights']);
    const withRandom = await withRecordsOf(randomSwitches, ['switches', 'both']);
    const real = withReal.slice(0, projected.cells.length);
    return compared([...withReal, ...withRandom], [real, real, real, real].flat());
  } finally {
    for (const engine of [weights.real, weights.random, randomSwitches]) engine.dispose();
  }
}

/** The layers below the projected one that have switches. */
function poolsBelow({ network, mirrors }: Engine, { node }: Projected): string[] {
  const below = [...mirrors.wayDown([node])].sort((a, b) => a - b).map((index) => network.nodes[index]!);
  const hasSwitches = ({ index }: (typeof below)[number]): boolean =>
    mirrors.of(network.nodes[index]!).some(({ kind, record }) => kind === 'unpool' && record !== undefined);
  return below.filter(hasSwitches).map(({ name }) => name);
}
