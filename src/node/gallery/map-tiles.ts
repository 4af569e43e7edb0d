import type { Picture } from '../../input/picture.js';
import type { Patch } from '../../mine/patch.js';
import { type Region, wholeRegion } from '../../regions/region.js';
import { type Contrast, clippedShare, scaleOfValues } from '../../render/contrast.js';
import { drawValues } from '../../render/draw-values.js';
import { boundsOf } from '../../render/projection-bounds.js';
import { gridOf, type ReadProjection, valuesBox } from '../../render/read-projection.js';
import { filledSize, resizeGrid, type Size } from '../../render/resize-grid.js';
import type { ValueGrid } from '../../render/value-grid.js';
import { cutTile, tileWindow } from '../pictures/tile-window.js';
import { cutGrid } from './cut-grid.js';
import { focusWindows } from './focus.js';
import type { MapTiles, TilePair } from './gallery-source.js';

/** What a tile shows: the patch, or only the part of it in which the projections are. */
export type Zoom = 'field' | 'focus';

/** What the tiles of one feature map are made from, in the order of the patches. */
export interface MapTilesOptions {
  /** The size of the input along its spatial axes; null if the model takes any size. */
  readonly extent: readonly number[] | null;
  readonly patches: readonly Pick<Patch, 'landing' | 'pixels'>[];
  /** The pictures of the patches; undefined where pixels were not kept. */
  readonly pictures: readonly (Picture | undefined)[];
  /** Cropped; undefined where they could not be made, or if none could be made. */
  readonly projections: readonly (ReadProjection | undefined)[] | undefined;
  readonly contrast: Contrast;
  readonly zoom: Zoom;
}

/** The share of the energy of a projection that a tile shows when it zooms. */
export const ENERGY = 0.95;

/** Plans the tiles of one feature map. */
export function mapTiles(options: MapTilesOptions): MapTiles {
  const { extent, patches, pictures, projections, contrast, zoom } = options;
  const windows = patches.map(({ landing }) => (extent ? tileWindow(landing, extent) : landing));
  const grids = projections?.map((projection) => projection && gridOf(projection));
  const bounds = patches.map((_, rank) => {
    const projection = projections?.[rank];
    return projection && !projection.empty ? boundsOf(projection, ENERGY) : undefined;
  });
  const order = projections?.find((projection) => projection)?.channels ?? 'rgb';

  const shown = zoom === 'focus' ? focusWindows({ windows, bounds, extent }) : windows;
  const draw = (tile: Size): ReturnType<MapTiles['draw']> => {
    const drawn = grids?.map((grid, rank): ValueGrid | undefined => {
      if (!grid) return undefined;
      const field = valuesBox(projections![rank]!);
      const cut = cutGrid(grid, { field, window: shown[rank]!, inside: insideOf(patches[rank]!, extent) });
      return resizeGrid(cut, filledSize(cut, tile));
    });
    const values = drawn?.flatMap((grid) => (grid ? [grid.values] : [])) ?? [];
    const scale = scaleOfValues(values, contrast.percentile);
    const pairs = patches.map((patch, rank): TilePair => {
      const picture = pictures[rank];
      const cut = { field: patch.landing, window: shown[rank]!, inside: insideOf(patch, extent) };
      return {
        projection: drawn?.[rank] && drawValues(drawn[rank], { scale, gamma: contrast.gamma, order }),
        zero: projections?.[rank]?.empty ?? false,
        patch: picture && cutTile(picture, { ...cut, fill: [0, 0, 0, 0] }),
        shown: shown[rank]!,
        ...(bounds[rank] && { focus: bounds[rank] }),
      };
    });
    return { pairs, ...(drawn && { scale, clipped: clippedShare(values, scale) }) };
  };
  const [height, width] = windows[0]!.size as [number, number];
  return { size: { width, height }, draw };
}

/** The part of the input in which pixels are known to exist. */
function insideOf({ landing, pixels }: Pick<Patch, 'landing' | 'pixels'>, extent: readonly number[] | null): Region {
  if (extent) return wholeRegion(extent);
  return pixels ? { start: pixels.start, size: pixels.shape.slice(0, -1) } : landing;
}
