import { PatchMiner } from 'deconvnet';
import { bad, setting, type WrongCall, wrong } from './setting.js';

const { model, conv1, deconvnet, miner, image, batch } = setting;
const shape = 'shape-mismatch';
const aLayer = /named by a string, such as 'classes'; this is /;
const mine = (options: unknown) => () => new PatchMiner(deconvnet, wrong(options));
const run = (source: unknown, options?: unknown) => () => miner.run(wrong(source), wrong(options));

/** Wrong calls of a PatchMiner. */
export const minerCalls: readonly WrongCall[] = [
  [
    'new PatchMiner',
    'a model',
    () => new PatchMiner(wrong(model)),
    bad,
    /takes a Deconvnet; .* new Deconvnet\(model\) makes one/,
  ],
  ['new PatchMiner', 'a list for options', mine(['conv1']), bad, /object of options, \{ layers.* a list of 1/],
  ['new PatchMiner', 'layers', mine({ layers: 'conv1' }), bad, /layers is a list of names.* "conv1"/],
  ['new PatchMiner', 'a layer in layers', mine({ layers: [conv1] }), bad, /Give its name, 'conv1'/],
  [
    'new PatchMiner',
    'featureMaps',
    mine({ layers: ['conv1'], featureMaps: null }),
    bad,
    /featureMaps lists feature maps by layer.* null/,
  ],
  ['new PatchMiner', 'k', mine({ k: '9' }), bad, /k is how many patches .* "9"/],
  ['new PatchMiner', 'perImage', mine({ perImage: Symbol('2') }), bad, /perImage is how many .* Symbol\(2\)/],
  ['new PatchMiner', 'maxBytes', mine({ maxBytes: null }), bad, /maxBytes is how many bytes .* null/],
  [
    'new PatchMiner',
    'above',
    mine({ layers: ['conv1'], above: 0 }),
    bad,
    /above is what another miner's thresholds\(\).* the number 0/,
  ],
  ['layerNamed', 'a layer', () => miner.layerNamed(wrong(conv1)), bad, aLayer],
  ['featureMaps', 'nothing', () => miner.featureMaps(wrong(undefined)), bad, aLayer],
  ['minedMaps', 'a number', () => miner.minedMaps(wrong(0)), bad, aLayer],
  ['keepsPixels', 'a list', () => miner.keepsPixels(wrong([])), bad, aLayer],
  ['add', 'a list of tensors', () => miner.add(wrong([image]), ['c']), shape, /must be a tensor .* a list of 1/],
  [
    'add',
    'one id',
    () => miner.add(batch, wrong('ab')),
    shape,
    /as many ids, a list of strings; this is the string "ab"/,
  ],
  ['add', 'numbers as ids', () => miner.add(batch, wrong([1, 2])), shape, /this is a list with the number 1/],
  [
    'add',
    'null for labels',
    () => miner.add(batch, ['c', 'd'], wrong(null)),
    bad,
    /labels is a list of strings.* null/,
  ],
  ['run', 'a folder', run('pictures'), bad, /source of images is an iterable, .* "pictures"/],
  [
    'run',
    'items that are none',
    run([{ id: 1 }]),
    bad,
    /\{ id: string, image: Tensor \}; this one gave an object with id/,
  ],
  ['run', 'a size for options', run([], 32), bad, /object of options, \{ batchSize.* the number 32/],
  ['run', 'batchSize', run([], { batchSize: '32' }), bad, /batchSize is how many .* "32"/],
  ['run', 'onProgress', run([], { onProgress: true }), bad, /onProgress is a function; .* true/],
  ['run', 'signal', run([], { signal: new Date(0) }), bad, /signal is an AbortSignal; .* a Date/],
  [
    'top',
    'featureMap in quotes',
    () => miner.top('conv1', wrong('0')),
    'feature-map-out-of-range',
    /Write it without quotes: 0/,
  ],
  [
    'statistics',
    'no featureMap',
    () => miner.statistics('conv1', wrong(undefined)),
    'feature-map-out-of-range',
    /this is undefined/,
  ],
  ['classes', 'a layer', () => miner.classes(wrong(conv1), 0), bad, aLayer],
  [
    'miner.project',
    'a flag for options',
    () => miner.project('conv1', 0, wrong(true)),
    bad,
    /object of options, \{ crop, source \}; .* true/,
  ],
  [
    'miner.project',
    'crop',
    () => miner.project('conv1', 0, { crop: wrong(1) }),
    bad,
    /crop is true or false; .* the number 1/,
  ],
  [
    'miner.project',
    'source',
    () => miner.project('conv1', 0, { source: wrong('pictures') }),
    bad,
    /source is a function from an id .* "pictures"/,
  ],
  [
    'merge',
    'bytes',
    () => miner.merge(wrong(miner.save())),
    bad,
    /merges with a PatchMiner .* an? Uint8Array\. PatchMiner\.load/,
  ],
  [
    'PatchMiner.fromJSON',
    'text',
    () => PatchMiner.fromJSON(deconvnet, wrong('{}')),
    'state-unreadable',
    /not what PatchMiner\.toJSON writes/,
  ],
  [
    'PatchMiner.fromJSON',
    'a number for options',
    () => PatchMiner.fromJSON(deconvnet, miner.toJSON(), wrong(0)),
    bad,
    /object of options, \{ maxBytes \}/,
  ],
  [
    'PatchMiner.load',
    'a path',
    () => PatchMiner.load(deconvnet, wrong('a.state')),
    'state-unreadable',
    /a Uint8Array is needed, .* "a\.state"/,
  ],
  [
    'PatchMiner.load',
    'the bytes first',
    () => PatchMiner.load(wrong(miner.save()), wrong(deconvnet)),
    bad,
    /load takes a Deconvnet; it is an? Uint8Array/,
  ],
  [
    'PatchMiner.load',
    'null for maxBytes',
    () => PatchMiner.load(deconvnet, miner.save(), { maxBytes: wrong(null) }),
    bad,
    /maxBytes is how many .* null/,
  ],
];
