import type { Patch } from '../../mine/patch.js';
import type { Contrast } from '../../render/contrast.js';
import { boundsOf } from '../../render/projection-bounds.js';
import type { ReadProjection } from '../../render/read-projection.js';
import { drawSignalPatches, samplesOf } from '../../render/render-signals.js';
import { tileWindow } from '../pictures/tile-window.js';
import { focusWindows } from './focus.js';
import type { MapTiles, TilePair } from './gallery-source.js';
import { ENERGY, type Zoom } from './map-tiles.js';

/** What the tiles of one feature map of a network that takes signals are made from, in the order of the patches. */
export interface SignalTilesOptions {
  /** The size of the input along its spatial axes; null if the model takes any size. */
  readonly extent: readonly number[] | null;
  /** How many channels a signal has. */
  readonly channels: number;
  /** With their samples, where these were kept or fetched. */
  readonly patches: readonly Pick<Patch, 'receptiveField' | 'landing' | 'pixels'>[];
  /** Cropped; undefined where they could not be made, or if none could be made. */
  readonly projections: readonly (ReadProjection | undefined)[] | undefined;
  readonly contrast: Contrast;
  readonly zoom: Zoom;
}

/** Stands for a projection that could not be made: nothing is drawn behind the line. */
const NO_SAMPLES = { values: [], channels: 1, first: 0 };

/** Tiles are planned as if they had this width, and are then shrunk to the width that is wanted. */
const WIDTH = 256;
/** The height that goes with this width: for each channel, and at least. */
const BAND = 12;
const LEAST = 128;

/**
 * Plans the tiles of one feature map: a patch is a signal as a line, and its projection is the
 * same line with the projection behind it.
 */
export function signalTiles(options: SignalTilesOptions): MapTiles {
  const { extent, channels, patches, projections, contrast, zoom } = options;
  const samples = projections?.map((projection) => (projection ? samplesOf(projection) : NO_SAMPLES));
  const windows = patches.map(({ landing }) => (extent ? tileWindow(landing, extent) : landing));
  const bounds = patches.map((_, rank) => {
    const projection = projections?.[rank];
    return extent && projection && !projection.empty ? boundsOf(projection, ENERGY) : undefined;
  });
  const shown = zoom === 'focus' ? focusWindows({ windows, bounds, extent }) : windows;
  const cut = patches.map((patch, rank) => ({ ...patch, landing: shown[rank]! }));
  return {
    size: { width: WIDTH, height: Math.min(WIDTH, Math.max(LEAST, BAND * channels)) },
    draw(tile) {
      const choice = { ...tile, contrast: contrast.percentile, gamma: contrast.gamma };
      const lines = drawSignalPatches(cut, choice).pictures;
      const drawn = samples && drawSignalPatches(cut, { ...choice, behind: samples });
      const pairs = patches.map(
        (_, rank): TilePair => ({
          projection: projections?.[rank] && (drawn?.pictures[rank] ?? undefined),
          zero: projections?.[rank]?.empty ?? false,
          patch: lines[rank] ?? undefined,
          shown: shown[rank]!,
          ...(bounds[rank] && { focus: bounds[rank] }),
        }),
      );
      return { pairs, ...(drawn && { scale: drawn.scale!, clipped: drawn.clipped! }) };
    },
  };
}
