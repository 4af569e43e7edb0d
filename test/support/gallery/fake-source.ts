import type { Picture } from '../../../src/input/picture.js';
import type { Patch } from '../../../src/mine/patch.js';
import type { GallerySource, PictureReader, SourceLayer } from '../../../src/node/gallery/gallery-source.js';

/** A layer of a network that does not exist. */
export interface FakeLayer {
  readonly name: string;
  readonly featureMaps: number;
}

/** How a fake source behaves. */
export interface FakeOptions {
  /** The longer side of a tile, in pixels. */
  readonly side?: number;
  readonly labels?: readonly string[];
  /** Whether patches have pixels and projections. */
  readonly drawn?: boolean;
  readonly statistics?: boolean;
  /** The feature map that is constant, if any. */
  readonly constant?: number;
  /** Whether the pictures can be read; their size, 120 x 120, is then known or not. */
  readonly pictures?: 'same size' | 'any size';
}

const PICTURES = 1000;
export const K = 9;

/** The number of the picture that is at a rank in the list of a feature map. Neighbours share some. */
export function pictureAt(map: number, rank: number): number {
  return (Math.floor(map / 3) * 29 + rank * (7 + (map % 3))) % PICTURES;
}

/** The name of a picture. */
export const idOf = (picture: number): string => `photos/picture ${String(picture).padStart(4, '0')}.png`;

/** Every tenth picture cannot be read again. */
export const isUnreadable = (id: string): boolean => id.endsWith('5.png');

/** The grey of a whole picture. */
export const greyOf = (id: string): number => (Number(/\d+/.exec(id)![0]) * 7) % 256;

/** A whole picture, of one grey. */
function wholePicture(id: string): Picture {
  const data = new Uint8ClampedArray(120 * 120 * 4).map((_, i) => (i % 4 === 3 ? 255 : greyOf(id)));
  return { width: 120, height: 120, data };
}

/** Whether a feature map never fires: every eleventh, from the sixth. */
export const isDead = (map: number): boolean => map % 11 === 5;

/** The strongest activation of a feature map. */
export const strengthOf = (map: number): number => (isDead(map) ? 0 : 1 + ((map * 37) % 101));

/** A source of a gallery that needs no network: what it shows follows from the numbers of its feature maps. */
export function fakeSource(
  layers: readonly FakeLayer[],
  { side = 8, labels = [], drawn = true, statistics = true, constant, pictures }: FakeOptions = {},
): GallerySource {
  const one = (map: number, rank: number, red: number): Picture => ({
    ...{ width: side, height: side },
    data: new Uint8ClampedArray(side * side * 4).map((_, i) => [red, (map * 5) % 256, rank * 28, 255][i % 4]!),
  });
  const layerOf = ({ name, featureMaps }: FakeLayer): SourceLayer => ({
    ...{ name, className: 'Conv2D', outputShape: [14, 14, featureMaps], featureMaps, wholePicture: false },
    ...(pictures !== 'any size' && { extent: [120, 120] }),
    receptiveField: { size: [40, 40], stride: [8, 8], offset: [-16, -16] },
    ...(statistics && {
      statistics: (map: number) => ({
        ...{
          firingShare: isDead(map) ? 0 : ((map * 13) % 97) / 97,
          mean: strengthOf(map) / 3,
          maximum: strengthOf(map),
        },
        dead: isDead(map),
        constant: map === constant,
        histogram: {
          notAbove: 400,
          bins: [
            { from: 1, to: 1.25, count: 500 },
            { from: 1.25, to: 1.5, count: 100 },
          ],
        },
      }),
    }),
    top: (map) =>
      Array.from({ length: isDead(map) || map === constant ? 0 : K }, (_, rank): Patch => {
        const picture = pictureAt(map, rank);
        const label = labels[picture % labels.length];
        const landing = { start: [8 * rank - 16, 88 - 8 * rank], size: [40, 40] };
        return {
          ...{ id: idOf(picture), activation: strengthOf(map) / (1 + rank), position: [rank, 13 - rank] },
          ...{ receptiveField: landing, landing },
          ...(label !== undefined && { label }),
        };
      }),
    tiles: async (map, patches) => ({
      size: { width: 40, height: 40 },
      draw: () => ({
        pairs: patches.map((_, rank) => ({
          projection: drawn ? one(map, rank, 250) : undefined,
          patch: drawn ? one(map, rank, 20) : undefined,
          zero: false,
        })),
      }),
    }),
  });
  const read: PictureReader = async (ids, use) => {
    for (const id of ids) if (!isUnreadable(id)) await use(id, wholePicture(id));
  };
  return {
    ...{ k: K, layers: layers.map(layerOf), filters: async () => undefined },
    ...(pictures && { pictures: read }),
  };
}
