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
    () => node.listPictures('s3://a.org/cats'),
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
  ['mineImages', 'allowHosts', mined({ allowHosts: 'a.org' }), bad, /allowHosts is a list of the hosts .* "a\.org"/],
  [
    'mineImages',
    'a URL in allowHosts',
    mined({ allowHosts: ['https://a.org'] }),
    bad,
    /Each of allowHosts .*'example\.org:8080'.* "https:\/\/a\.org"/,
  ],
  ['mineImages', 'fetch', mined({ fetch: 30 }), bad, /fetch takes an object of options, \{ timeout, .* the number 30/],
  ['mineImages', 'fetch.retries', mined({ fetch: { retries: 3 } }), bad, /fetch has no option 'retries'/],
  ['mineImages', 'fetch.timeout', mined({ fetch: { timeout: 0 } }), bad, /fetch\.timeout is .* above 0.* the number 0/],
  ['mineImages', 'fetch.tries', mined({ fetch: { tries: 0 } }), bad, /fetch\.tries is .* at least 1.* the number 0/],
  ['mineImages', 'fetch.pause', mined({ fetch: { pause: '1' } }), bad, /fetch\.pause is .* 0 or more.* "1"/],
  ['mineImages', 'fetch.maxBytes', mined({ fetch: { maxBytes: 1.5 } }), bad, /fetch\.maxBytes is .* the number 1\.5/],
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
