import { DeconvnetError } from '../errors.js';
import type { MinedLayer, MinerBasis } from './miner-basis.js';
import { type KeptState, keptState, type MinerState, type PatchEntry } from './miner-state.js';
import type { Patch } from './patch.js';

/** What a miner found, as plain JSON: ids, values and positions, never pixels. */
export interface MinerJson extends MinerBasis {
  readonly format: 'deconvnet-miner';
  readonly version: 1;
  /** The name of the model it was mined on. */
  readonly model: string;
  readonly images: number;
  readonly layers: readonly (MinedLayer & {
    /** By feature map, strongest first. */
    readonly maps: readonly (readonly Omit<Patch, 'pixels'>[])[];
  })[];
}

export function writeMinerJson(state: MinerState, model: string): MinerJson {
  const { layers, ...kept } = keptState(state);
  const json: MinerJson = {
    format: 'deconvnet-miner',
    version: 1,
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
  if (json?.format !== 'deconvnet-miner' || json.version !== 1) {
    throw unreadable(`it is not what PatchMiner.toJSON writes (format ${json?.format}, version ${json?.version})`);
  }
  const { k, images, layers, inputShape, inputFormat } = json;
  if (!isCount(k) || k === 0 || !isCount(images) || !Array.isArray(layers) || !Array.isArray(inputShape)) {
    throw unreadable('k, images, layers or inputShape are missing');
  }
  for (const layer of layers) {
    const { name, featureMaps, rankedBy, maps } = layer ?? {};
    if (
      typeof name !== 'string' ||
      !['output', 'logit'].includes(rankedBy) ||
      !Array.isArray(maps) ||
      maps.length !== featureMaps ||
      !maps.every(Array.isArray)
    ) {
      throw unreadable(`layer '${name}' should list ${featureMaps} feature maps, by output or logit`);
    }
    const bad = maps.flat().find((entry) => !isEntry(entry));
    if (bad !== undefined) throw unreadable(`layer '${name}' has an entry ${JSON.stringify(bad)?.slice(0, 120)}`);
  }
  return { k, images, inputShape, inputFormat: inputFormat ?? null, layers: structuredClone(layers) };
}

export function unreadable(why: string): DeconvnetError {
  return new DeconvnetError('state-unreadable', `This miner state cannot be read: ${why}.`);
}

function isEntry(entry: Omit<PatchEntry, 'pixels'> | null): boolean {
  return (
    typeof entry?.id === 'string' &&
    Number.isFinite(entry.activation) &&
    areNumbers(entry.position) &&
    areNumbers(entry.receptiveField?.start) &&
    areNumbers(entry.receptiveField?.size)
  );
}

function areNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every(Number.isFinite);
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}
