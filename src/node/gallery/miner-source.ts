import type { Deconvnet } from '../../deconvnet.js';
import type { Picture } from '../../input/picture.js';
import type { ImageLookup } from '../../mine/image-source.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import { landingOf } from '../../mine/pixels/landing-of.js';
import type { PatchEntry } from '../../mine/pixels/patch-entry.js';
import type { LayerInfo } from '../../mirrors/layer-info.js';
import { findNode } from '../../network/network.js';
import type { Region } from '../../regions/region.js';
import type { Contrast } from '../../render/contrast.js';
import { filtersLayer, renderFilters } from '../../render/render-filters.js';
import { askAgain, TASKS_PER_WORKER, type Workers } from '../projecting/ask-again.js';
import type { KeptProjections } from '../projecting/keep-projections.js';
import { fetchPictures } from './fetch-pictures.js';
import type { GallerySource, SourceLayer } from './gallery-source.js';
import { inputChannels, inputExtent } from './input-extent.js';
import type { Zoom } from './map-tiles.js';
import { type PatchToDraw, readTiles, type TileDrawing } from './read-tiles.js';
import type { EncodedSheet, SheetPlan } from './sheet-plan.js';
import { SheetRecords } from './sheet-records.js';
import type { SheetTask } from './sheet-task.js';
import { shownPatches } from './shown-patches.js';

/** The projections, a source for whole pictures, the layers to show, and how and where tiles are drawn. */
export interface MinerSourceOptions {
  readonly contrast: Contrast;
  readonly zoom: Zoom;
  readonly kept: Pick<KeptProjections, 'find' | 'folder'>;
  readonly source?: ImageLookup | undefined;
  /** By default all layers that were mined. */
  readonly layers?: readonly string[] | undefined;
  /** Threads that draw; by default this thread does it. */
  readonly workers?: Workers | undefined;
}

/**
 * Makes a source for a gallery from a miner.
 *
 * @throws DeconvnetError `unknown-layer` if a layer was not mined.
 */
export function minerSource(miner: PatchMiner, options: MinerSourceOptions): GallerySource {
  const { source, layers: wanted = miner.layers, workers } = options;
  const { deconvnet, k } = miner;
  const shown = new Set(wanted.map((name) => miner.layerNamed(name)));
  return {
    ...{ k, filters: () => filtersOf(deconvnet) },
    layers: miner.layers.filter((name) => shown.has(name)).map((name) => sourceLayer(miner, name, options)),
    ...(workers && { sheetsAtATime: TASKS_PER_WORKER * workers.count }),
    // The input of a network with, for example, five channels is not a picture.
    ...(source && deconvnet.takesPictures && { pictures: (ids, use) => fetchPictures(deconvnet, ids, source, use) }),
  };
}

function sourceLayer(
  miner: PatchMiner,
  name: string,
  { kept, contrast, zoom, workers }: MinerSourceOptions,
): SourceLayer {
  const { deconvnet } = miner;
  const { engine, takesPictures, inputFormat } = deconvnet;
  const info = deconvnet.layers.find((layer) => layer.name === name)!;
  const { className, outputShape, featureMaps, receptiveField, landing } = info;
  const extent = inputExtent(deconvnet);
  const drawing: TileDrawing = {
    ...{ contrast, zoom, extent, takesPictures, channels: inputChannels(deconvnet) },
    ...(inputFormat && { inputFormat }),
  };
  const node = findNode(engine.network, name);
  const landings = new WeakMap<PatchEntry, Region>();
  const landingAt = (entry: PatchEntry): Region => {
    const known = landings.get(entry) ?? landingOf(engine, node, entry);
    landings.set(entry, known);
    return known;
  };
  const toDraw = (map: number): PatchToDraw[] =>
    shownPatches(miner, name, map).map((entry, rank) => {
      const { receptiveField, pixels } = entry;
      const place = kept.find({ layer: name, featureMap: map, rank });
      return {
        ...{ receptiveField, landing: landingAt(entry) },
        ...(pixels && { pixels }),
        ...(place && { place }),
      };
    });
  const taskOf = (plan: SheetPlan): SheetTask => ({ plan, drawing, patches: plan.maps.map(toDraw) });
  const records = new SheetRecords(kept.folder);
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
    top: (map) =>
      shownPatches(miner, name, map).map((entry) => {
        const { pixels: _, ...patch } = entry;
        return { ...patch, landing: landingAt(entry) };
      }),
    tiles: (map) => readTiles(drawing, toDraw(map)),
    ...(workers && { draw: (plan) => askAgain<EncodedSheet>(workers.threads, 'drawInWorker', taskOf(plan)) }),
    drawn: {
      find: (plan) => records.find(taskOf(plan)),
      add: (plan, sheet) => records.add(taskOf(plan), sheet),
    },
  };
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
    labels?.length === layer.featureMaps &&
    after.every(({ className }) => /^(Activation|(Keras)?Softmax)$/.test(className))
  );
}
