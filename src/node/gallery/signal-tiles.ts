import type { Deconvnet } from '../../deconvnet.js';
import type { Patch } from '../../mine/patch.js';
import type { Projection } from '../../project/projection.js';
import type { Contrast } from '../../render/contrast.js';
import { boundsOf } from '../../render/projection-bounds.js';
import { drawSignalPatches, samplesOf } from '../../render/render-signals.js';
import { focusWindows } from './focus.js';
import type { MapTiles, TilePair } from './gallery-source.js';
import { inputExtent } from './input-extent.js';
import { ENERGY, type Zoom } from './map-tiles.js';
import { tileWindow } from './tile-window.js';

/** What the tiles of one feature map of a network that takes signals are made from, in the order of the patches. */
export interface SignalTilesOptions {
  readonly deconvnet: Deconvnet;
  /** With their samples, where these were kept or fetched. */
  readonly patches: readonly Patch[];
  /** Cropped; undefined if they could not be made. */
  readonly projections: readonly Projection[] | undefined;
  readonly contrast: Contrast;
  readonly zoom: Zoom;
}

/** Tiles are planned as if they had this width, and are then shrunk to the width that is wanted. */
const WIDTH = 256;
/** The height that goes with this width: for each channel, and at least. */
const BAND = 12;
const LEAST = 128;

/**
 * Reads the projections of one feature map, and plans its tiles: a patch is a signal as a line, and its projection is the
 * same line with the projection behind it.
 */
export async function signalTiles(options: SignalTilesOptions): Promise<MapTiles> {
  const { deconvnet, patches, projections, contrast, zoom } = options;
  const samples = projections && (await Promise.all(projections.map(samplesOf)));
  const extent = inputExtent(deconvnet);
  const windows = patches.map(({ landing }) => (extent ? tileWindow(landing, extent) : landing));
  const bounds = patches.map((_, rank) => {
    const projection = projections?.[rank];
    return extent && projection && !projection.empty ? boundsOf(projection, samples![rank]!.values, ENERGY) : undefined;
  });
  const shown = zoom === 'focus' ? focusWindows({ windows, bounds, extent }) : windows;
  const cut = patches.map((patch, rank) => ({ ...patch, landing: shown[rank]! }));
  const empty = projections?.map((projection) => projection.empty);
  const channels = Math.max(1, ...(samples ?? []).map((one) => one.channels));
  return {
    size: { width: WIDTH, height: Math.min(WIDTH, Math.max(LEAST, BAND * channels)) },
    draw(tile) {
      const choice = { ...tile, contrast: contrast.percentile, gamma: contrast.gamma };
      const lines = drawSignalPatches(cut, choice).pictures;
      const drawn = samples && drawSignalPatches(cut, { ...choice, behind: samples });
      const pairs = patches.map(
        (_, rank): TilePair => ({
          projection: drawn?.pictures[rank] ?? undefined,
          zero: empty?.[rank] ?? false,
          patch: lines[rank] ?? undefined,
          shown: shown[rank]!,
          ...(bounds[rank] && { focus: bounds[rank] }),
        }),
      );
      return { pairs, ...(drawn && { scale: drawn.scale!, clipped: drawn.clipped! }) };
    },
  };
}
