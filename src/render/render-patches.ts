import type { Deconvnet } from '../deconvnet.js';
import type { Patch } from '../mine/patch.js';
import type { Picture } from '../picture.js';

/**
 * Draws patches in their pictures' own colours. Each is as large as its receptive field; where that sticks out of the
 * picture it is transparent. A patch whose pixels the miner did not keep gives null.
 *
 * @throws DeconvnetError `input-unknown`.
 */
export function renderPatches(deconvnet: Deconvnet, patches: readonly Patch[]): (Picture | null)[] {
  return patches.map(({ pixels, receptiveField }) => {
    if (!pixels) return null;
    const [height, width] = receptiveField.size as [number, number];
    const [shownHeight, shownWidth] = pixels.shape as [number, number];
    const shown = deconvnet.decode(pixels.data, { height: shownHeight, width: shownWidth });
    const data = new Uint8ClampedArray(height * width * 4);
    const [top, left] = pixels.start.map((start, axis) => start - receptiveField.start[axis]!) as [number, number];
    for (let y = 0; y < shown.height; y++) {
      const row = shown.data.subarray(y * shown.width * 4, (y + 1) * shown.width * 4);
      data.set(row, ((top + y) * width + left) * 4);
    }
    return { width, height, data };
  });
}
