import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as node from 'deconvnet/node';
import { bad, setting, type WrongCall, wrong } from './setting.js';

const { model, deconvnet, miner, file, folder } = setting;
const gallery = (options: object) => () =>
  node.writeGallery(miner, wrong({ out: join(folder, 'gallery'), ...options }));
const mined = (options: object) => () => node.mineImages(wrong({ deconvnet, images: [], ...options }));

/** Wrong calls of what reads and writes whole models, states and galleries. */
export const nodeCalls: readonly WrongCall[] = [
  [
    'writeGallery',
    'a Deconvnet',
    () => node.writeGallery(wrong(deconvnet), { out: folder }),
    bad,
    /takes a PatchMiner; .* a Deconvnet/,
  ],
  [
    'writeGallery',
    'a folder for options',
    () => node.writeGallery(miner, wrong(folder)),
    bad,
    /object of options, \{ out/,
  ],
  ['writeGallery', 'out', gallery({ out: 3 }), bad, /out is the folder to write to, a path; .* the number 3/],
  ['writeGallery', 'date', gallery({ date: '2020' }), bad, /date is a Date; .* "2020"/],
  ['writeGallery', 'layers', gallery({ layers: 'conv1' }), bad, /layers is a list of names.* "conv1"/],
  ['writeGallery', 'title', gallery({ title: null }), bad, /title is the page's heading.* null/],
  [
    'writeGallery',
    'compare',
    gallery({ compare: 'other.state' }),
    bad,
    /compare takes .* "other\.state"|compare.*object of options/,
  ],
  [
    'writeGallery',
    'compare.miner',
    gallery({ compare: { miner: deconvnet, title: 'x' } }),
    bad,
    /compare takes a PatchMiner/,
  ],
  ['writeGallery', 'source', gallery({ source: {} }), bad, /source is a function .* an object with nothing/],
  [
    'listPictures',
    'a URL',
    () => node.listPictures(wrong(pathToFileURL(folder))),
    bad,
    /a folder, a path; it is a URL\. fileURLToPath/,
  ],
  [
    'listPictures',
    'an address',
    () => node.listPictures('https://a.org/cats'),
    'pictures-not-found',
    /is an address, but only files on disk are read/,
  ],
  [
    'listPictures',
    'followLinks',
    () => node.listPictures(folder, { followLinks: wrong('no') }),
    bad,
    /followLinks is true or false; .* "no"/,
  ],
  [
    'loadModel',
    'an address',
    () => node.loadModel('https://a.org/model.json'),
    'model-not-found',
    /'https:\/\/a\.org\/model\.json' is an address, but only files on disk are read here\. .*tfl\.loadLayersModel\(keras3\(tf\.io\.http\(url\)\)\): .* keras3 is in deconvnet\/models/,
  ],
  [
    'loadModel',
    'a URL',
    () => node.loadModel(wrong(new URL('file:///model.json'))),
    bad,
    /a path; it is a URL\. fileURLToPath of node:url/,
  ],
  [
    'loadModel',
    'a handler',
    () => node.loadModel(wrong({ load: () => ({}) })),
    bad,
    /a path; it is an object with load/,
  ],
  [
    'loadModel',
    'options of others',
    () => node.loadModel('x', wrong({ strict: 1 })),
    bad,
    /loadModel has no option 'strict'/,
  ],
  ['mineImages', 'nothing', () => node.mineImages(wrong(undefined)), bad, /object of options, \{ model.* undefined/],
  ['mineImages', 'a model', mined({ deconvnet: model }), bad, /takes a Deconvnet; .* new Deconvnet\(model\)/],
  ['mineImages', 'workers', mined({ workers: '2' }), bad, /workers is the number of .* "2"/],
  ['mineImages', 'images', mined({ images: 3 }), bad, /Give pictures as a folder.* the number 3/],
  [
    'mineImages',
    'checkpoint',
    mined({ checkpoint: 'a.checkpoint' }),
    bad,
    /object of options, \{ path, every \}; .* "a\.checkpoint"/,
  ],
  ['mineImages', 'resume', mined({ resume: 'yes' }), bad, /resume is true or false; .* "yes"/],
  ['mineImages', 'onProgress', mined({ onProgress: 1 }), bad, /onProgress is a function; .* the number 1/],
  ['readState', 'bytes', () => node.readState(wrong(file), deconvnet), bad, /a state file, a path; it is a Buffer/],
  [
    'readState',
    'no Deconvnet',
    () => node.readState('a.state', wrong(undefined)),
    bad,
    /takes a Deconvnet; it is undefined/,
  ],
  [
    'writeState',
    'the miner first',
    () => node.writeState(wrong(miner), wrong('a.state')),
    bad,
    /a state file, a path; it is a PatchMiner/,
  ],
  [
    'writeState',
    'JSON',
    () => node.writeState('a.state', wrong(miner.toJSON())),
    bad,
    /takes a PatchMiner; .* an object with format/,
  ],
];
