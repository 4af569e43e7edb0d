import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Picture } from '../../input/picture.js';
import type { ImageLookup } from '../../mine/image-source.js';
import type { Patch } from '../../mine/patch.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { LayerInfo } from '../../mirrors/layer-info.js';
import type { Projection } from '../../project/projection.js';
import type { Contrast } from '../../render/contrast.js';
import { readProjection } from '../../render/read-projection.js';
import { filtersLayer, renderFilters } from '../../render/render-filters.js';
import { renderPatches } from '../../render/render-patches.js';
import { fetchPatches, fetchPictures, fetchSignals } from './fetch-patches.js';
import type { GallerySource, MapTiles, SourceLayer } from './gallery-source.js';
import { inputExtent } from './input-extent.js';
import { mapTiles, type Zoom } from './map-tiles.js';
import { signalTiles } from './signal-tiles.js';

/** How the tiles of a feature map are drawn. */
export interface MapDrawing {
  readonly contrast: Contrast;
  readonly zoom: Zoom;
}

/** A source for pixels that were not kept and for whole pictures, the layers to show, and how tiles are drawn. */
interface MinerSourceOptions extends MapDrawing {
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
  { source, layers: wanted = miner.layers, contrast, zoom }: MinerSourceOptions,
): GallerySource {
  const { deconvnet, k } = miner;
  const shown = new Set(wanted.map((name) => miner.layerNamed(name)));
  const layers = miner.layers
    .filter((name) => shown.has(name))
    .map((name): SourceLayer => {
      const info = deconvnet.layers.find((layer) => layer.name === name)!;
      const { className, outputShape, featureMaps, receptiveField } = info;
      const extent = inputExtent(deconvnet);
      return {
        ...{ name, className, featureMaps, receptiveField },
        outputShape: outputShape.slice(1),
        wholePicture: (extent && receptiveField?.size.every((size, axis) => size >= extent[axis]!)) ?? false,
        ...(extent && { extent }),
        zoom,
        mined: miner.minedMaps(name),
        statistics: (map) => miner.statistics(name, map),
        mapName: (map) => (isAnswer(deconvnet, info) ? deconvnet.labels?.[map] : undefined),
        top: (map) => miner.top(name, map),
        tiles: (map, patches) => tilesOf(miner, { layer: name, map, patches, source, contrast, zoom }),
      };
    });
  return {
    ...{ k, layers, filters: () => filtersOf(deconvnet) },
    // The input of a network with, for example, five channels is not a picture.
    ...(source && deconvnet.takesPictures && { pictures: (ids, use) => fetchPictures(deconvnet, ids, source, use) }),
  };
}

interface TilesOptions extends Pick<MinerSourceOptions, 'source' | 'contrast' | 'zoom'> {
  readonly layer: string;
  readonly map: number;
  readonly patches: readonly Patch[];
}

async function tilesOf(miner: PatchMiner, options: TilesOptions): Promise<MapTiles> {
  const { layer, map, patches, source, contrast, zoom } = options;
  const { deconvnet } = miner;
  const lost = source ? patches.filter(({ pixels }) => !pixels) : [];
  const projections = await projectionsOf(miner, layer, map, source);
  const read = projections && (await Promise.all(projections.map(readProjection)));
  const shared = { deconvnet, projections: read, contrast, zoom };
  try {
    if (patches[0]!.receptiveField.size.length < 2) {
      const signals = source && (await fetchSignals(lost, source));
      return await signalTiles({ ...shared, patches: patches.map((patch) => signals?.get(patch.id) ?? patch) });
    }
    // The patches of a network with, for example, five channels are not pictures. They stay blank.
    if (!deconvnet.takesPictures) return await mapTiles({ ...shared, patches, pictures: [] });
    const fetched = source && (await fetchPatches(deconvnet, lost, source));
    const kept = renderPatches(deconvnet, patches);
    const pictures = patches.map(({ id }, rank) => kept[rank] ?? fetched?.get(id));
    return await mapTiles({ ...shared, patches, pictures });
  } finally {
    for (const projection of projections ?? []) projection.dispose();
  }
}

/** The projections; undefined if pixels were not kept and there is no source. The gallery then shows what exists. */
async function projectionsOf(
  miner: PatchMiner,
  layer: string,
  map: number,
  source: ImageLookup | undefined,
): Promise<Projection[] | undefined> {
  try {
    return await miner.project(layer, map, { crop: true, ...(source && { source }) });
  } catch (error) {
    if (!source && hasCode(error, 'source-missing')) return undefined;
    throw error;
  }
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

function hasCode(error: unknown, code: string): boolean {
  return error instanceof DeconvnetError && error.code === code;
}
