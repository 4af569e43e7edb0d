import {
  checkCallback,
  checkKeys,
  checkSignal,
  checkValue,
  isCount,
  isPlainObject,
} from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkLookup, type ImageLookup } from '../../mine/image-source.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import { type Contrast, checkContrast } from '../../render/contrast.js';
import { checkPath } from '../check-path.js';
import { checkMiner } from '../mine/check-miner.js';
import { checkTopology } from '../models/model-place.js';
import { checkComparison } from './gallery-comparison.js';
import type { WorkerNetwork } from './gallery-workers.js';
import type { Zoom } from './map-tiles.js';
import { checkMapsToShow, type MapsToShow } from './maps-to-show.js';
import type { WriteGalleryOptions } from './write-gallery-options.js';

/** The options that decide what is projected and drawn, and how that is done. */
export type GalleryDrawingOptions = Pick<
  WriteGalleryOptions,
  'out' | 'layers' | 'maps' | 'tile' | 'zoom' | 'contrast' | 'gamma' | 'source' | 'workers' | 'network' | 'signal'
>;

/** Their values: checked, with defaults, and with the full names of layers. */
export interface GallerySettings {
  readonly out: string;
  readonly layers: readonly string[];
  readonly maps: MapsToShow;
  readonly tile: number;
  readonly zoom: Zoom;
  readonly contrast: Contrast;
  readonly source: ImageLookup | undefined;
  readonly workers: number | undefined;
  readonly network: WorkerNetwork | undefined;
  readonly signal: AbortSignal | undefined;
}

const DRAWING = [
  'out',
  'layers',
  'maps',
  'tile',
  'zoom',
  'contrast',
  'gamma',
  'source',
  'workers',
  'network',
  'signal',
] as const satisfies readonly (keyof GalleryDrawingOptions)[];

const NAMES = [
  ...DRAWING,
  'title',
  'command',
  'versions',
  'compare',
  'date',
  'dependence',
  'ruleChosen',
  'onProjected',
  'onProgress',
  'onPicture',
] as const satisfies readonly (keyof WriteGalleryOptions)[];

/**
 * Checks the options of `writeGallery`.
 *
 * @throws DeconvnetError `invalid-option`; `unknown-layer`.
 */
export function checkWriteGallery(miner: PatchMiner, options: WriteGalleryOptions): GallerySettings {
  checkMiner('writeGallery', miner);
  checkKeys('writeGallery', options, NAMES);
  const settings = checkDrawing(miner, options);
  checkCallback('onProjected', options.onProjected);
  checkCallback('onProgress', options.onProgress);
  checkCallback('onPicture', options.onPicture);
  checkPage(options);
  if (options.compare !== undefined) checkComparison(options.compare, settings.layers);
  return settings;
}

/**
 * Checks the options of a function that projects or draws a part of a gallery.
 *
 * @param what the name of the function
 * @throws DeconvnetError `invalid-option`; `unknown-layer`.
 */
export function checkPartOptions(
  what: string,
  miner: PatchMiner,
  options: GalleryDrawingOptions & { readonly onProgress?: unknown },
): GallerySettings {
  checkMiner(what, miner);
  checkKeys(what, options, [...DRAWING, 'onProgress']);
  checkCallback('onProgress', options.onProgress);
  return checkDrawing(miner, options);
}

function checkDrawing(miner: PatchMiner, options: GalleryDrawingOptions): GallerySettings {
  const { out, layers, maps = Number.POSITIVE_INFINITY, tile = 96, zoom = 'focus' } = options;
  const { source, workers, network, signal } = options;
  checkPath('out is the folder to write to', out);
  const shown = checkMapsToShow(miner, maps);
  checkValue(
    isCount(tile, 16) && tile <= 256,
    'tile is the longer side of a tile in pixels, a whole number from 16 to 256',
    tile,
  );
  checkValue(zoom === 'field' || zoom === 'focus', "zoom is 'field' or 'focus'", zoom);
  const contrast = checkContrast(options);
  checkLookup(source);
  checkValue(
    workers === undefined || isCount(workers, 0),
    'workers is the number of worker threads, a whole number of at least 0',
    workers,
  );
  check(
    !workers || typeof network?.model === 'string',
    'Each worker loads the model itself: give its path, { network: { model: path } }, or leave out workers.',
  );
  if (network) checkTopology(network);
  checkSignal(signal);
  checkValue(layers === undefined || Array.isArray(layers), "layers is a list of names, ['conv1']", layers);
  check(
    layers === undefined || layers.length > 0,
    'layers is an empty list: leave it out to show all layers that were mined.',
  );
  return {
    ...{ out, maps: shown, tile, zoom, contrast, source, workers, network, signal },
    layers: (layers ?? miner.layers).map((name) => miner.layerNamed(name)),
  };
}

/** Checks what the page says about the gallery. */
function checkPage({ title, command, versions, date, dependence, ruleChosen }: WriteGalleryOptions): void {
  checkValue(
    dependence === undefined || isPlainObject(dependence),
    'dependence is an object of numbers by layer, { conv1: 0.4 }',
    dependence,
  );
  checkValue(
    ruleChosen === undefined || ruleChosen === 'deconvnet' || ruleChosen === 'guided',
    "ruleChosen is 'deconvnet' or 'guided', or left out",
    ruleChosen,
  );
  checkValue(title === undefined || typeof title === 'string', "title is the page's heading, a string", title);
  checkValue(command === undefined || typeof command === 'string', 'command is a string', command);
  const areVersions = versions === undefined || isPlainObject(versions);
  checkValue(areVersions, "versions is an object of versions by name, { deconvnet: '0.1.0' }", versions);
  const isDate = date === undefined || Object.prototype.toString.call(date) === '[object Date]';
  checkValue(isDate, 'date is a Date', date);
  check(date === undefined || !Number.isNaN(date.getTime()), 'date is a valid Date; this one is not.');
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new DeconvnetError('invalid-option', message);
}
