import { drawFilters } from './draw-filters.js';
import { beginLayer, type DrawnLayer } from './draw-layer.js';
import { drawThumbnails, type PictureProgress } from './draw-thumbnails.js';
import { DrawingQueue } from './drawing-queue.js';
import { jsonForScript } from './escape.js';
import type { GalleryFolder } from './gallery-folder.js';
import type { GalleryOrigin, GalleryPage, GalleryPictures, OverviewLayer } from './gallery-page.js';
import type { GallerySource } from './gallery-source.js';
import { type MapsToShow, shownOf } from './maps-to-show.js';
import { renderPage } from './page.js';
import { planLayers, sharesOf } from './plan-layer.js';
import { SearchIndex } from './search-index.js';

/** The progress of a gallery, in feature maps. Those that never fired or are constant count too. */
export interface GalleryProgress {
  /** Feature maps drawn. */
  readonly done: number;
  /** Feature maps in all. */
  readonly total: number;
  /** The layer of the feature map that was drawn last. */
  readonly layer: string;
}

/** What to draw, and what the page says about it. */
export interface DrawGalleryOptions {
  readonly title: string;
  readonly pictures: GalleryPictures;
  readonly origin: GalleryOrigin;
  /** The largest number of feature maps per layer, or which of them by layer. */
  readonly maps: MapsToShow;
  /** The largest length of a tile's longer side, in pixels. */
  readonly tile: number;
  /** Another source, whose feature maps are shown beside those of the same layer and number. */
  readonly compared?: { readonly title: string; readonly source: GallerySource };
  /** By layer, how much projections depend on the picture under the rule `deconvnet`. */
  readonly dependence?: Readonly<Record<string, number>> | undefined;
  readonly ruleChosen?: GalleryPage['ruleChosen'];
  readonly onProgress?: (progress: GalleryProgress) => void;
  /** Called after each picture that was read for its thumbnail. */
  readonly onPicture?: (progress: PictureProgress) => void;
  readonly signal?: AbortSignal;
}

/** A gallery that was written. */
export interface DrawnGallery {
  /** The path of the page. */
  readonly index: string;
  /** The number of sprite sheets. */
  readonly sheets: number;
  /** The number of feature maps that were drawn. Those that never fired or are constant are not drawn. */
  readonly maps: number;
  /** The number of pictures of which the gallery has a thumbnail. */
  readonly thumbnails: number;
  /** The number of pictures that the source could not give again. The page shows only their outline. */
  readonly unread: number;
  /** The size of all its files, in bytes. */
  readonly bytes: number;
}

/**
 * Draws a gallery into its folder, sheet by sheet. The data of a layer is written when all its sheets are drawn. The page
 * is written last.
 */
export async function drawGallery(
  source: GallerySource,
  folder: GalleryFolder,
  {
    title,
    pictures,
    origin,
    maps,
    tile,
    compared,
    dependence,
    ruleChosen,
    onProgress,
    onPicture,
    signal,
  }: DrawGalleryOptions,
): Promise<DrawnGallery> {
  const { k } = source;
  const shares = sharesOf(pictures);
  const layersOfOther = new Map(compared?.source.layers.map((layer) => [layer.name, layer]));
  const total = source.layers.reduce((sum, layer) => sum + shownOf(layer, maps).length, 0);
  const index = new SearchIndex();
  const layers: OverviewLayer[] = [];
  let done = 0;
  let sheets = 0;

  signal?.throwIfAborted();
  const thumbnails = await drawThumbnails(source, folder, {
    covered: (layer) => shownOf(layer, maps),
    ...{ compared: compared?.source, onPicture, signal },
  });
  const filters = await drawFilters(source, folder);
  const queue = new DrawingQueue(source.sheetsAtATime ?? 2);
  const begun: (() => Promise<DrawnLayer>)[] = [];
  const finish = async (most: number): Promise<void> => {
    while (begun.length > most) {
      const drawn = await begun.shift()!();
      index.add(drawn.layer);
      layers.push(drawn.overview);
      sheets += drawn.sheets;
    }
  };
  try {
    for await (const { layer, number, plan } of planLayers(source, { maps, tile, pictures })) {
      const other = compared && {
        ...{ k: compared.source.k, layer: layersOfOther.get(layer.name) },
        ...(thumbnails.other && { thumbnails: thumbnails.other }),
      };
      begun.push(
        await beginLayer(layer, folder, {
          ...{ number, plan, k, tile, shares, queue, signal },
          ...{ dependence: dependence?.[layer.name], ...(other && { other }) },
          ...(thumbnails.own && { thumbnails: thumbnails.own }),
          onMap: () => onProgress?.({ done: ++done, total, layer: layer.name }),
        }),
      );
      // No more layers wait for their sheets than sheets can be drawn at a time, so that memory does not grow.
      await finish(queue.capacity);
    }
    await finish(0);
  } finally {
    // Nothing may be written when the caller knows that the gallery failed.
    await queue.settle();
  }
  signal?.throwIfAborted();
  const search = await folder.writeScript('search', `deconvnetGallery.search(${jsonForScript(index.data)});\n`);
  const page = await folder.finish(
    renderPage({
      ...{ title, k, pictures, layers, search, origin },
      ...(compared && { comparedWith: compared.title }),
      ...(ruleChosen && { ruleChosen }),
      ...(filters && { filters }),
    }),
  );
  const { drawn, unread } = thumbnails;
  const drawnMaps = layers.reduce((sum, { drawn }) => sum + drawn, 0);
  return { ...{ index: page, sheets, maps: drawnMaps, thumbnails: drawn, unread }, bytes: folder.bytes };
}
