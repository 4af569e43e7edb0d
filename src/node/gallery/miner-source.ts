import type { Deconvnet } from '../../deconvnet.js';
import type { Picture } from '../../input/picture.js';
import type { ImageLookup } from '../../mine/image-source.js';
import type { Patch } from '../../mine/patch.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { LayerInfo } from '../../mirrors/layer-info.js';
import type { Contrast } from '../../render/contrast.js';
import { filtersLayer, renderFilters } from '../../render/render-filters.js';
import { renderPatches } from '../../render/render-patches.js';
import type { ScratchIndex } from '../projecting/scratch-folder.js';
import { fetchPictures } from './fetch-pictures.js';
import type { GallerySource, MapTiles, SourceLayer } from './gallery-source.js';
import { inputExtent } from './input-extent.js';
import { mapTiles, type Zoom } from './map-tiles.js';
import { shownPatches } from './shown-patches.js';
import { signalTiles } from './signal-tiles.js';

/** How the tiles of a feature map are drawn. */
export interface MapDrawing {
  readonly contrast: Contrast;
  readonly zoom: Zoom;
}

/** The projections, a source for whole pictures, the layers to show, and how tiles are drawn. */
interface MinerSourceOptions extends MapDrawing {
  readonly kept: ScratchIndex;
  readonly source?: ImageLookup | undefined;
  /** By default all layers that were mined. */
  readonly layers?: readonly string[] | undefined;
}

/**
 * Makes a source for a gallery from a miner.
 *
 * @throws DeconvnetError `unknown-layer` if a layer was not mined.
 */
export function minerSource(
  miner: PatchMiner,
  { kept, source, layers: wanted = miner.layers, contrast, zoom }: MinerSourceOptions,
): GallerySource {
  const { deconvnet, k } = miner;
  const shown = new Set(wanted.map((name) => miner.layerNamed(name)));
  const layers = miner.layers
    .filter((name) => shown.has(name))
    .map((name): SourceLayer => {
      const info = deconvnet.layers.find((layer) => layer.name === name)!;
      const { className, outputShape, featureMaps, receptiveField, landing } = info;
      const extent = inputExtent(deconvnet);
      return {
        ...{ name, className, featureMaps, receptiveField },
        ...(landing && !receptiveField && { landing }),
        outputShape: outputShape.slice(1),
        wholePicture: (extent && landing?.size.every((size, axis) => size >= extent[axis]!)) ?? false,
        ...(extent && { extent }),
        zoom,
        mined: miner.minedMaps(name),
        statistics: (map) => miner.statistics(name, map),
        mapName: (map) => (isAnswer(deconvnet, info) ? deconvnet.labels?.[map] : undefined),
        top: (map) => shownPatches(miner, name, map),
        tiles: (map, patches) => tilesOf(miner, { layer: name, map, patches, kept, contrast, zoom }),
      };
    });
  return {
    ...{ k, layers, filters: () => filtersOf(deconvnet) },
    // The input of a network with, for example, five channels is not a picture.
    ...(source && deconvnet.takesPictures && { pictures: (ids, use) => fetchPictures(deconvnet, ids, source, use) }),
  };
}

interface TilesOptions extends MapDrawing {
  readonly layer: string;
  readonly map: number;
  readonly patches: readonly Patch[];
  readonly kept: ScratchIndex;
}

async function tilesOf({ deconvnet }: PatchMiner, options: TilesOptions): Promise<MapTiles> {
  const { layer, map, patches, kept, contrast, zoom } = options;
  const found = await Promise.all(patches.map((_, rank) => kept.read({ layer, featureMap: map, rank })));
  const projections = found.some((patch) => patch) ? found.map((patch) => patch?.projection) : undefined;
  const shared = { deconvnet, projections, contrast, zoom };
  if (patches[0]!.receptiveField.size.length < 2) {
    return signalTiles({
      ...shared,
      patches: patches.map((patch, rank) => ({ ...patch, ...(found[rank]?.pixels && { pixels: found[rank].pixels }) })),
    });
  }
  // The patches of a network with, for example, five channels are not pictures. They stay blank.
  if (!deconvnet.takesPictures) return mapTiles({ ...shared, patches, pictures: [] });
  const inState = renderPatches(deconvnet, patches);
  return mapTiles({ ...shared, patches, pictures: patches.map((_, rank) => inState[rank] ?? found[rank]?.picture) });
}

async function filtersOf(
  deconvnet: Deconvnet,
): Promise<{ readonly layer: string; readonly pictures: readonly Picture[] } | undefined> {
  const first = filtersLayer(deconvnet.layers);
  return first && { layer: first.name, pictures: await renderFilters(deconvnet, { scale: 'each' }) };
}

/** Whether the feature maps of a layer are the classes: only activations may come after the layer. */
function isAnswer({ layers, labels }: Deconvnet, layer: LayerInfo): boolean {
  const after = layers.slice(layers.indexOf(layer) + 1);
  // Classifiers end in these classes. Behind other nonlinearities a feature map is not a class.
  return (
    labels?.length === layer.featureMaps && after.every(({ className }) => /^(Activation|Softmax)$/.test(className))
  );
}
