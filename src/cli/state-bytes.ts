import type { PatchMiner } from 'deconvnet';
import { pixelPlan } from '../mine/pixels/pixel-plan.js';
import type { LayerWork } from './sample-cost.js';

/**
 * The size that a state will have, in bytes.
 *
 * @param sample a miner with the same options that has mined a few pictures
 */
export function stateBytes(
  sample: PatchMiner,
  { layers, pictures }: { readonly layers: readonly LayerWork[]; readonly pictures: number },
): number {
  const { deconvnet, maxBytes } = sample;
  const rooms = pixelPlan(deconvnet, layers, maxBytes);
  // Whole images are stored once for all layers, all other pixels once for each patch.
  const room = (ofLayers: readonly LayerWork[], images: number): number => {
    const sizes = ofLayers.map(({ name, patches }) => ({ ...rooms.get(name)!, patches }));
    const shared = sizes.map(({ whole, bytes, patches }) => (whole ? bytes * Math.min(images, patches) : 0));
    const own = sizes.map(({ whole, bytes, patches }) => (whole ? 0 : bytes * patches));
    return Math.max(0, ...shared) + own.reduce((a, b) => a + b, 0);
  };
  const mined = layers.map(({ name, maps }): LayerWork => {
    const found = sample.pictureWork({ layers: [name] });
    return { name, maps, patches: found.reduce((sum, { patches }) => sum + patches.length, 0) };
  });
  const count = (ofLayers: readonly LayerWork[]): number => ofLayers.reduce((sum, { patches }) => sum + patches, 0);
  const text = (sample.save().length - sample.bytes) / Math.max(1, count(mined));
  const filled = sample.bytes / Math.max(1, room(mined, sample.images));
  return text * count(layers) + Math.min(maxBytes, filled * room(layers, pictures));
}
