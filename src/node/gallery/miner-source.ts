import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Picture } from '../../input/picture.js';
import type { ImageLookup } from '../../mine/image-source.js';
import type { Patch } from '../../mine/patch.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { LayerInfo } from '../../mirrors/layer-info.js';
import type { Projection } from '../../project/projection.js';
import { filtersLayer, renderFilters } from '../../render/render-filters.js';
import { renderPatches } from '../../render/render-patches.js';
import { renderProjections } from '../../render/render-projection.js';
import { fetchPatches } from './fetch-patches.js';
import type { GallerySource, SourceLayer, TilePair } from './gallery-source.js';
import { cutTile, tileWindow } from './tile-window.js';

type Colour = readonly [number, number, number, number];

const ZERO: Colour = [128, 128, 128, 255];
const UNSEEN: Colour = [0, 0, 0, 0];

/** A source for pixels that were not kept, and the layers to show. */
interface MinerSourceOptions {
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
  { source, layers: wanted = miner.layers }: MinerSourceOptions = {},
): GallerySource {
  const { deconvnet, k } = miner;
  const shown = new Set(wanted.map((name) => miner.layerNamed(name)));
  const layers = miner.layers
    .filter((name) => shown.has(name))
    .map((name): SourceLayer => {
      const info = deconvnet.layers.find((layer) => layer.name === name)!;
      const { className, outputShape, featureMaps, receptiveField } = info;
      const extent = extentOf(deconvnet);
      return {
        ...{ name, className, featureMaps, receptiveField },
        outputShape: outputShape.slice(1),
        wholePicture: (extent && receptiveField?.size.every((size, axis) => size >= extent[axis]!)) ?? false,
        ...(extent && { extent }),
        mined: miner.minedMaps(name),
        statistics: (map) => miner.statistics(name, map),
        mapName: (map) => (isAnswer(deconvnet, info) ? deconvnet.labels?.[map] : undefined),
        top: (map) => miner.top(name, map),
        tiles: (map, patches) => tilesOf(miner, { layer: name, map, patches, source }),
      };
    });
  return { k, layers, filters: () => filtersOf(deconvnet) };
}

async function tilesOf(
  miner: PatchMiner,
  {
    layer,
    map,
    patches,
    source,
  }: {
    readonly layer: string;
    readonly map: number;
    readonly patches: readonly Patch[];
    readonly source: ImageLookup | undefined;
  },
): Promise<TilePair[]> {
  const { deconvnet } = miner;
  const extent = extentOf(deconvnet);
  const cut = (
    picture: Picture | null | undefined,
    { receptiveField: field }: Patch,
    fill: Colour,
  ): Picture | undefined =>
    picture && extent
      ? cutTile(picture, { field, window: tileWindow(field, extent), extent, fill })
      : (picture ?? undefined);

  const kept = renderPatches(deconvnet, patches);
  const lost = patches.filter(({ pixels }) => !pixels);
  const fetched = source && lost.length > 0 ? await fetchPatches(deconvnet, lost, source) : undefined;
  const projections = await projectionsOf(miner, layer, map, source);
  try {
    const drawn = projections && (await renderProjections(projections, { scale: 'common' }));
    return patches.map((patch, rank) => ({
      projection: cut(drawn?.[rank], patch, ZERO),
      zero: projections?.[rank]?.empty ?? false,
      patch: cut(kept[rank] ?? fetched?.get(patch.id), patch, UNSEEN),
    }));
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

/** Height and width of the input; null if the model takes any size. */
function extentOf({ inputSize }: Deconvnet): readonly [number, number] | null {
  return inputSize && [inputSize.height, inputSize.width];
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
