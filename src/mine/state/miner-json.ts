import type { KeptStatistics } from '../map-statistics.js';
import type { MinedLayer, MinerBasis } from '../miner-basis.js';
import type { Patch } from '../patch.js';
import { checkKept, unreadable } from './check-kept.js';
import { type KeptState, keptState, type MinerState } from './miner-state.js';

/** What a miner found, as plain JSON: ids, values and positions, never pixels. */
export interface MinerJson extends MinerBasis {
  readonly format: 'deconvnet-miner';
  readonly version: 2;
  /** The name of the model it was mined on. */
  readonly model: string;
  readonly images: number;
  readonly layers: readonly (MinedLayer & {
    /** In the order of the mined feature maps, strongest first. */
    readonly maps: readonly (readonly Omit<Patch, 'pixels'>[])[];
    /** In the same order. */
    readonly statistics: readonly KeptStatistics[];
    /** In the same order: what activations had to reach to be kept, where that is not any (`above`); null: any. */
    readonly floors?: readonly (number | null)[];
  })[];
}

export function writeMinerJson(state: MinerState, model: string): MinerJson {
  const { layers, ...kept } = keptState(state);
  const json: MinerJson = {
    format: 'deconvnet-miner',
    version: 2,
    model,
    ...kept,
    layers: layers.map((layer) => ({
      ...layer,
      maps: layer.maps.map((entries) => entries.map(({ pixels: _, ...entry }) => entry)),
    })),
  };
  // A copy: what a caller does to it is none of the miner's.
  return structuredClone(json);
}

/** @throws DeconvnetError `state-unreadable`. */
export function readMinerJson(json: MinerJson): KeptState {
  if (json?.format !== 'deconvnet-miner' || json.version !== 2) {
    throw unreadable(`it is not what PatchMiner.toJSON writes (format ${json?.format}, version ${json?.version})`);
  }
  const { k, perImage, images, layers, inputShape, inputFormat } = json;
  checkKept(json);
  return { k, perImage, images, inputShape, inputFormat: inputFormat ?? null, layers: structuredClone(layers) };
}
