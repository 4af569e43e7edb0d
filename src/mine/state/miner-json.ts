import type { ClassCount } from '../count-classes.js';
import type { KeptStatistics } from '../map-statistics.js';
import type { MinedLayer, MinerBasis } from '../miner-basis.js';
import type { Patch } from '../patch.js';
import { checkKept, unreadable } from './check-kept.js';
import { type KeptState, keptState, type MinerState } from './miner-state.js';

/** What a miner found, as plain JSON. It has ids, values and positions, but no pixels. */
export interface MinerJson extends MinerBasis {
  readonly format: 'deconvnet-miner';
  readonly version: 2;
  /** The name of the model that was mined. */
  readonly model: string;
  readonly images: number;
  /** How many images each class has, by label in rising order. Absent in states of version 0.1. */
  readonly classes?: readonly ClassCount[];
  readonly layers: readonly (MinedLayer & {
    /** One list per mined feature map, in their order. Each list has its strongest patch first. */
    readonly maps: readonly (readonly Omit<Patch, 'pixels' | 'landing'>[])[];
    /** One per mined feature map, in the same order. */
    readonly statistics: readonly KeptStatistics[];
    /**
     * One per mined feature map, in the same order: the value that activations had to reach to be kept, because of the
     * option `above`; null if there was no such value. Absent if there was none for the whole layer.
     */
    readonly floors?: readonly (number | null)[];
  })[];
}

/** Writes a state without its pixels to JSON. It shares objects with the state, which the caller must not change. */
export function writeMinerJson(state: MinerState, model: string): MinerJson {
  const { layers, ...kept } = keptState(state);
  return {
    format: 'deconvnet-miner',
    version: 2,
    model,
    ...kept,
    layers: layers.map((layer) => ({
      ...layer,
      maps: layer.maps.map((entries) => entries.map(({ pixels: _, ...entry }) => entry)),
    })),
  };
}

/**
 * Reads what `writeMinerJson` wrote. The result shares objects with it.
 *
 * @throws DeconvnetError `state-unreadable`.
 */
export function readMinerJson(json: MinerJson): KeptState {
  if (json?.format !== 'deconvnet-miner' || json.version !== 2) {
    throw unreadable(`it is not what PatchMiner.toJSON writes (format ${json?.format}, version ${json?.version})`);
  }
  const { k, perImage, images, classes, layers, inputShape, inputFormat } = json;
  checkKept(json);
  return {
    ...{ k, perImage, images, inputShape, inputFormat: inputFormat ?? null, layers },
    ...(classes && { classes }),
  };
}
