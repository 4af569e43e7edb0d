import type { Deconvnet } from '../deconvnet.js';
import { checkDeconvnet } from '../errors/check-deconvnet.js';
import { checkValue, describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { decodePixels } from '../input/decode-picture.js';
import type { ResolvedInputFormat } from '../input/input-format.js';
import type { Picture } from '../input/picture.js';
import type { Patch, PatchPixels } from '../mine/patch.js';
import type { Region } from '../regions/region.js';
import { drawSignalPatches } from './render-signals.js';

/**
 * Draws patches in their own colours. Each picture is as large as the landing of its patch (the receptive field, except above
 * a gate); it is transparent where that box sticks out of the image. The result is null for a patch whose pixels the miner did not
 * keep. Patches of a network with one spatial axis are drawn as lines, as `renderSignals` does.
 *
 * @param deconvnet the Deconvnet that the patches were mined with
 * @param patches what `PatchMiner.top` returned
 * @throws DeconvnetError `input-unknown`, `invalid-option`; `unsupported-option` if the model does not take pictures.
 */
export function renderPatches(deconvnet: Deconvnet, patches: readonly Patch[]): (Picture | null)[] {
  checkDeconvnet('renderPatches', deconvnet);
  checkValue(Array.isArray(patches), 'renderPatches draws a list of patches, as PatchMiner.top gives', patches);
  const axes = (patches[0] as Partial<Patch> | null | undefined)?.receptiveField?.size.length;
  if (axes !== undefined && axes < 2) return drawSignalPatches(patches, {}).pictures;
  return patches.map((patch) => {
    const { pixels, receptiveField, landing: box = receptiveField } = (patch ?? {}) as Partial<Patch>;
    if (box === undefined) {
      throw new DeconvnetError(
        'invalid-option',
        `A patch is what PatchMiner.top gives; this is ${describeValue(patch)}.`,
      );
    }
    if (!pixels) return null;
    if (box.size.length !== 2) {
      throw new DeconvnetError(
        'unsupported-option',
        `A patch with ${box.size.length} spatial axes cannot be drawn; a signal has one, and a picture has two.`,
      );
    }
    return drawPatch(box, pixels, deconvnet.inputFormat);
  });
}

/**
 * Draws the pixels of a patch in its box.
 *
 * @throws DeconvnetError `input-unknown`.
 */
export function drawPatch(
  box: Region,
  { data: values, shape, start }: PatchPixels,
  format: ResolvedInputFormat | undefined,
): Picture {
  const [height, width] = box.size as [number, number];
  const data = new Uint8ClampedArray(height * width * 4);
  const [shownHeight, shownWidth, channels] = shape as [number, number, number];
  // A patch that lies entirely in the padding has no pixels.
  if (shownHeight === 0 || shownWidth === 0) return { width, height, data };
  const shown = decodePixels(values, { height: shownHeight, width: shownWidth, channels }, format);
  const [top, left] = start.map((from, axis) => from - box.start[axis]!) as [number, number];
  for (let y = 0; y < shown.height; y++) {
    const row = shown.data.subarray(y * shown.width * 4, (y + 1) * shown.width * 4);
    data.set(row, ((top + y) * width + left) * 4);
  }
  return { width, height, data };
}
