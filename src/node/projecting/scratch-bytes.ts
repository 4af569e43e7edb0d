import type { PatchMiner } from '../../mine/patch-miner.js';
import { extentOf, firstInput } from '../../network/network.js';
import { cellCount } from '../../regions/region.js';

/** Bytes of one value, and of one pixel. */
const VALUE = 4;
const PIXEL = 4;

/**
 * How many bytes the projections of patches take while they wait on the disk: the values of each projection and, if the
 * miner did not keep the pixels of the patch, a picture of it. Layers of a model that takes any size whose signals can land
 * anywhere are not counted.
 *
 * @param layers how many patches of each layer are projected
 */
export function scratchBytes(
  miner: PatchMiner,
  layers: readonly { readonly name: string; readonly patches: number }[],
): number {
  const { layers: all, takesPictures, engine } = miner.deconvnet;
  const { outputShape, channelAxis } = firstInput(engine.network);
  const extent = extentOf(outputShape, channelAxis);
  const image = extent.some((size) => size === null) ? Number.POSITIVE_INFINITY : cellCount(extent as number[]);
  return layers.reduce((sum, { name, patches }) => {
    const landing = all.find((layer) => layer.name === name)?.landing;
    const box = landing ? cellCount(landing.size) : image;
    const cell = VALUE * outputShape[channelAxis]!;
    const pixels = miner.keepsPixels(name) ? 0 : takesPictures ? PIXEL * box : cell * image;
    // The smaller one of the box and the image is written.
    const each = cell * Math.min(box, image) + pixels;
    return Number.isFinite(each) ? sum + patches * each : sum;
  }, 0);
}
