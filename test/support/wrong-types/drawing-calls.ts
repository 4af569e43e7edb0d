import * as core from 'deconvnet';
import { bad, setting, type WrongCall, wrong } from './setting.js';

const { model, deconvnet, miner, image, picture } = setting;

/** Wrong calls of what draws. */
export const drawingCalls: readonly WrongCall[] = [
  [
    'renderFilters',
    'nothing',
    () => core.renderFilters(wrong(undefined)),
    'not-a-layers-model',
    /LayersModel is needed.* undefined/,
  ],
  [
    'renderFilters',
    'scale',
    () => core.renderFilters(model, { scale: wrong('all') }),
    bad,
    /scale is 'common' or 'each'; .* "all"/,
  ],
  [
    'renderPatches',
    'patches alone',
    () => core.renderPatches(wrong(miner.top('conv1', 0)), wrong(undefined)),
    bad,
    /takes a Deconvnet; .* a list/,
  ],
  [
    'renderPatches',
    'null in the list',
    () => core.renderPatches(deconvnet, wrong([null])),
    bad,
    /A patch is what PatchMiner\.top gives; this is null/,
  ],
  [
    'renderProjection',
    'a Promise',
    () => core.renderProjection(wrong(Promise.resolve())),
    bad,
    /is a projection; it is a Promise: await it/,
  ],
  [
    'renderProjections',
    'one projection',
    () => core.renderProjections(wrong({ pixels: image })),
    bad,
    /draws a list .* renderProjection draws one/,
  ],
  [
    'renderProjections',
    'numbers',
    () => core.renderProjections(wrong([1, 2])),
    bad,
    /is a projection; it is the number 1/,
  ],
  [
    'renderProjections',
    'contrast',
    () => core.renderProjections([], { contrast: wrong('high') }),
    bad,
    /contrast is 'percentile', 'max', or a percentile .* "high"/,
  ],
  ['projectionBounds', 'a tensor', () => core.projectionBounds(wrong(image)), bad, /is a projection; it is a tensor/],
  [
    'projectionBounds',
    'energy',
    () => core.projectionBounds(wrong({ pixels: image }), { energy: wrong('all') }),
    bad,
    /energy is a share .* "all"/,
  ],
  [
    'renderActivations',
    'a picture',
    () => core.renderActivations(deconvnet, wrong(picture), { layer: 'conv1' }),
    'shape-mismatch',
    /toInput makes one from a picture/,
  ],
  [
    'renderActivations',
    'no options',
    () => core.renderActivations(deconvnet, image, wrong(undefined)),
    bad,
    /takes an object of options/,
  ],
  [
    'renderSignals',
    'one patch',
    () => core.renderSignals(wrong(miner.top('conv1', 0)[0])),
    bad,
    /draws a list of patches/,
  ],
  [
    'renderSignals',
    'one projection',
    () => core.renderSignals([], { projections: wrong({ pixels: image }) }),
    bad,
    /projections is a list of projections/,
  ],
  [
    'montage',
    'one picture',
    () => core.montage(wrong(picture)),
    bad,
    /made of a list of pictures; .* an object with width/,
  ],
  [
    'montage',
    'null in the list',
    () => core.montage(wrong([null])),
    bad,
    /A picture is \{ width, height, data \}.* null/,
  ],
  [
    'montage',
    'background',
    () => core.montage([picture], { background: wrong('white') }),
    bad,
    /background is four numbers .* "white"/,
  ],
];
