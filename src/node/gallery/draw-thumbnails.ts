import type { GalleryFolder } from './gallery-folder.js';
import type { GalleryThumbnails } from './gallery-page.js';
import type { GallerySource, PictureReader, SourceLayer } from './gallery-source.js';
import { ThumbnailSheets } from './thumbnail-sheets.js';

/** The progress of reading pictures for their thumbnails. */
export interface PictureProgress {
  /** Pictures that were read. */
  readonly done: number;
  /** Pictures to read. */
  readonly total: number;
}

/** Which thumbnails to draw. */
export interface DrawThumbnailsOptions {
  /** The feature maps of a layer that are shown. */
  readonly covered: (layer: SourceLayer) => readonly number[];
  /** Another source, whose feature maps are shown beside them. */
  readonly compared: GallerySource | undefined;
  readonly onPicture: ((progress: PictureProgress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The thumbnails that were drawn. */
export interface DrawnThumbnails {
  /** Absent if the pictures of the source cannot be read. */
  readonly own?: GalleryThumbnails;
  /** The same if both sources have the same pictures. */
  readonly other?: GalleryThumbnails;
  /** The number of thumbnails. */
  readonly drawn: number;
  /** The number of pictures that should have been read, but could not. */
  readonly unread: number;
}

/** Some pictures to read. */
interface Job {
  readonly title: string;
  readonly read: PictureReader;
  readonly extent: readonly number[] | undefined;
  readonly ids: ReadonlySet<string>;
}

/** Writes thumbnails of all pictures in the lists that are shown. Each picture is read once. */
export async function drawThumbnails(
  source: GallerySource,
  folder: GalleryFolder,
  { covered, compared, onPicture, signal }: DrawThumbnailsOptions,
): Promise<DrawnThumbnails> {
  const shown = new Map(source.layers.map((layer) => [layer.name, covered(layer)]));
  const jobOf = (title: string, ...sources: readonly GallerySource[]): Job | undefined => {
    const [{ pictures: read, layers } = source] = sources;
    return read && { title, read, extent: layers[0]?.extent, ids: idsOf(sources, shown) };
  };
  const same = compared?.pictures !== undefined && compared.pictures === source.pictures;
  const own = same ? jobOf('pictures', source, compared) : jobOf('pictures', source);
  const other = compared && !same ? jobOf('pictures-compared', compared) : undefined;
  const total = (own?.ids.size ?? 0) + (other?.ids.size ?? 0);
  let done = 0;
  const draw = async ({ title, read, extent, ids }: Job): Promise<GalleryThumbnails> => {
    const sheets = new ThumbnailSheets({
      extent,
      write: (sheet, picture, encoding) => folder.writeSprite(`${title}-${sheet}`, picture, encoding),
    });
    await read(ids, async (id, picture) => {
      signal?.throwIfAborted();
      await sheets.add(id, picture);
      done++;
      onPicture?.({ done, total });
    });
    return sheets.finish();
  };
  const thumbnails = own && (await draw(own));
  const ofOther = same ? thumbnails : other && (await draw(other));
  return {
    ...(thumbnails && { own: thumbnails }),
    ...(ofOther && { other: ofOther }),
    ...{ drawn: done, unread: total - done },
  };
}

/** The pictures in the lists of some feature maps, in the order of their ids. */
function idsOf(sources: readonly GallerySource[], shown: ReadonlyMap<string, readonly number[]>): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { layers } of sources) {
    for (const layer of layers) {
      for (const map of minedAmong(layer, shown.get(layer.name) ?? [])) {
        for (const { id } of layer.top(map)) ids.add(id);
      }
    }
  }
  return new Set([...ids].sort());
}

/** Those of some feature maps that were mined in a layer. */
export function minedAmong({ mined, featureMaps }: SourceLayer, maps: readonly number[]): readonly number[] {
  const known = mined && new Set(mined);
  return maps.filter((map) => map < featureMaps && (known?.has(map) ?? true));
}
