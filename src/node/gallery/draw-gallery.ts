import { drawFilters } from './draw-filters.js';
import type { GalleryFolder } from './gallery-folder.js';
import type { GalleryFilters, GalleryLayer, GalleryOrigin } from './gallery-page.js';
import type { GallerySource, SourceLayer } from './gallery-source.js';
import { LayerSheets } from './layer-sheets.js';
import { renderPage } from './page.js';

/** The progress of a gallery, in feature maps. Those that never fired count too. */
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
  readonly origin: GalleryOrigin;
  /** The largest number of feature maps per layer. */
  readonly maps: number;
  /** The largest length of a tile's longer side, in pixels. */
  readonly tile: number;
  readonly onProgress?: (progress: GalleryProgress) => void;
  readonly signal?: AbortSignal;
}

/** A gallery that was written. */
export interface DrawnGallery {
  /** The path of the page. */
  readonly index: string;
  /** The number of sprite sheets. */
  readonly sheets: number;
  /** The number of feature maps that were drawn. Those that never fired are not drawn. */
  readonly maps: number;
}

/** Draws a gallery into its folder, feature map by feature map. The page is written last. */
export async function drawGallery(
  source: GallerySource,
  folder: GalleryFolder,
  { title, origin, maps, tile, onProgress, signal }: DrawGalleryOptions,
): Promise<DrawnGallery> {
  const total = source.layers.reduce((sum, layer) => sum + Math.min(maps, minedIn(layer).length), 0);
  let done = 0;
  const drawLayer = async (layer: SourceLayer, number: number): Promise<GalleryLayer> => {
    const all = minedIn(layer).slice(0, maps);
    const fired = new Set(all.filter((map) => layer.top(map).length > 0));
    const sheets = new LayerSheets({
      k: source.k,
      count: fired.size,
      largest: tile,
      write: (sheet, picture) => folder.writeSprite(`${number}-${layer.name}-${sheet}`, picture),
    });
    for (const map of all) {
      signal?.throwIfAborted();
      if (fired.has(map)) {
        const patches = layer.top(map);
        await sheets.add(map, patches, await layer.tiles(map, patches), {
          name: layer.mapName?.(map),
          facts: layer.facts?.(map),
        });
      }
      done++;
      onProgress?.({ done, total, layer: layer.name });
    }
    const { name, className, outputShape, featureMaps, receptiveField, wholePicture, extent, zoom } = layer;
    const shown = { wholePicture, ...(extent && { extent }), ...(zoom && { zoom }) };
    return {
      ...{ name, className, outputShape, featureMaps, receptiveField, looked: all.length, maps: sheets.maps },
      ...(layer.mined && layer.mined.length < featureMaps && { mined: layer.mined }),
      silent: all.filter((map) => !fired.has(map)),
      ...(sheets.drawing && { drawing: { ...sheets.drawing, ...shown } }),
    };
  };

  signal?.throwIfAborted();
  const filters: GalleryFilters | undefined = await drawFilters(source, folder);
  const layers: GalleryLayer[] = [];
  for (const [number, layer] of source.layers.entries()) layers.push(await drawLayer(layer, number));
  signal?.throwIfAborted();
  const index = await folder.finish(renderPage({ title, k: source.k, layers, origin, ...(filters && { filters }) }));
  return {
    index,
    sheets: layers.reduce((sum, { drawing }) => sum + (drawing?.sheets.length ?? 0), 0),
    maps: layers.reduce((sum, layer) => sum + layer.maps.length, 0),
  };
}

function minedIn({ mined, featureMaps }: SourceLayer): readonly number[] {
  return mined ?? Array.from({ length: featureMaps }, (_, map) => map);
}
