import type { Deconvnet } from '../../../deconvnet.js';
import type { Patch } from '../../../mine/patch.js';
import type { Region } from '../../../regions/region.js';
import type { Contrast } from '../../../render/contrast.js';
import type { ReadProjection } from '../../../render/read-projection.js';
import { drawPatch } from '../../../render/render-patches.js';
import { drawnSize, type Size } from '../../../render/resize-grid.js';
import { fitTile } from '../../gallery/fit-tile.js';
import { inputExtent } from '../../gallery/input-extent.js';
import { mapTiles, type Zoom } from '../../gallery/map-tiles.js';
import type { StudyFolder } from './study-folder.js';

/** A projection and its patch in two files of the same size. */
export interface WrittenPair {
  /** The names of the files. */
  readonly projection: string;
  readonly patch: string;
  /** The size of both, in pixels. */
  readonly size: Size;
  /** The part of the input that both show. */
  readonly window: Region;
  /** The box in which most of the projection is; absent if it is zero everywhere. */
  readonly focus?: Region;
  /** The absolute value that is drawn as full black or white; 0 if all projections are zero everywhere. */
  readonly scale: number;
}

/** A patch of a picture with the projection that is seen there. */
export interface PatchAndProjection {
  readonly landing: Patch['landing'];
  readonly pixels: NonNullable<Patch['pixels']>;
  /** Cropped to the patch. */
  readonly projection: Pick<ReadProjection, 'values' | 'shape' | 'activation' | 'empty'>;
}

/** How pairs are drawn, and where they are written. */
interface PairDrawing {
  readonly contrast: Contrast;
  /** Whether they show the whole patches, or only the part in which the projections are. */
  readonly zoom: Zoom;
  readonly folder: StudyFolder;
  /** The name of a file without its ending, by the place in the list. */
  readonly fileOf: (place: number, what: 'projection' | 'patch') => string;
}

/** The longer side of a picture that is written, in pixels. Larger ones are shrunk. */
const LARGEST = 256;

/** Draws patches of one feature map and their projections with one contrast and one zoom, and writes them as pictures. */
export async function writePairs(
  deconvnet: Deconvnet,
  pairs: readonly PatchAndProjection[],
  { contrast, zoom, folder, fileOf }: PairDrawing,
): Promise<WrittenPair[]> {
  if (pairs.length === 0) return [];
  const { inputFormat } = deconvnet;
  const channels = inputFormat?.channels ?? 'rgb';
  const tiles = mapTiles({
    ...{ extent: inputExtent(deconvnet), contrast, zoom },
    patches: pairs,
    pictures: pairs.map(({ landing, pixels }) => drawPatch(landing, pixels, inputFormat)),
    projections: pairs.map(({ projection, landing }) => ({ ...projection, landing, channels, cropped: true })),
  });
  const size = sizeOfFile(tiles.size);
  const { pairs: drawn, scale } = tiles.draw(size);
  const written: WrittenPair[] = [];
  for (const [place, { projection, patch, shown, focus }] of drawn.entries()) {
    const { width, height } = projection!;
    written.push({
      projection: await folder.writePicture(fileOf(place, 'projection'), projection!),
      patch: await folder.writePicture(fileOf(place, 'patch'), fitTile(patch!, size)),
      ...{ size: { width, height }, window: shown!, scale: scale! },
      ...(focus && { focus }),
    });
  }
  return written;
}

/** Small pictures are written as they are, because the page enlarges them. */
function sizeOfFile(size: Size): Size {
  return Math.max(size.width, size.height) > LARGEST ? drawnSize(size, LARGEST) : size;
}
