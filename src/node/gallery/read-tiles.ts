import type { ResolvedInputFormat } from '../../input/input-format.js';
import { pixelsIn } from '../../mine/pixels/patch-pixels.js';
import type { StoredPixels } from '../../mine/pixels/pixel-store.js';
import type { Region } from '../../regions/region.js';
import type { Contrast } from '../../render/contrast.js';
import { drawPatch } from '../../render/render-patches.js';
import { readScratch, type ScratchPlace } from '../projecting/scratch-file.js';
import type { MapTiles } from './gallery-source.js';
import { mapTiles, type Zoom } from './map-tiles.js';
import { signalTiles } from './signal-tiles.js';

/** How tiles are drawn: what a person chose, and what has to be known of the network. It is plain data. */
export interface TileDrawing {
  readonly contrast: Contrast;
  readonly zoom: Zoom;
  /** The size of the input along its spatial axes; null if the model takes any size. */
  readonly extent: readonly number[] | null;
  /** How many channels the input has. */
  readonly channels: number;
  /** Whether the input is a picture. */
  readonly takesPictures: boolean;
  /** How pictures become input, if that is known. */
  readonly inputFormat?: ResolvedInputFormat;
}

/** A patch to draw. It is plain data. */
export interface PatchToDraw {
  readonly receptiveField: Region;
  readonly landing: Region;
  /** Its pixels, if the miner kept them. */
  readonly pixels?: StoredPixels;
  /** Where its projection waits; absent if its picture was left out. */
  readonly place?: ScratchPlace;
}

/**
 * Reads what the tiles of one feature map are drawn from.
 *
 * @throws DeconvnetError `input-unknown` if the colours of patches are not known.
 */
export async function readTiles(drawing: TileDrawing, patches: readonly PatchToDraw[]): Promise<MapTiles> {
  const { takesPictures, inputFormat } = drawing;
  const found = await Promise.all(patches.map(async ({ place }) => place && readScratch(place)));
  const projections = found.some((patch) => patch) ? found.map((patch) => patch?.projection) : undefined;
  const known = patches.map(({ receptiveField, landing, pixels: stored }) => {
    const pixels = stored && pixelsIn(landing, stored, inputFormat);
    return { receptiveField, landing, ...(pixels && { pixels }) };
  });
  if (patches[0]!.receptiveField.size.length < 2) {
    const fetched = known.map((patch, rank) => ({
      ...patch,
      ...(found[rank]?.pixels && { pixels: found[rank].pixels }),
    }));
    return signalTiles({ ...drawing, projections, patches: fetched });
  }
  // The patches of a network with, for example, five channels are not pictures. They stay blank.
  const pictures = takesPictures
    ? known.map(({ landing, pixels }, rank) =>
        pixels ? drawPatch(landing, pixels, inputFormat) : found[rank]?.picture,
      )
    : [];
  return mapTiles({ ...drawing, projections, patches: known, pictures });
}
