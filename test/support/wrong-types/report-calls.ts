import { join } from 'node:path';
import * as node from 'deconvnet/node';
import { bad, setting, type WrongCall, wrong } from './setting.js';

const { model, deconvnet, folder } = setting;
const out = join(folder, 'study');

const moved = (options: object) => () => node.writeInvariance(deconvnet, folder, wrong({ out, ...options }));

/** Wrong calls of what writes pages of studies. */
export const reportCalls: readonly WrongCall[] = [
  ['writeOcclusion', 'a model', () => node.writeOcclusion(wrong(model), folder, { out }), bad, /takes a Deconvnet/],
  [
    'writeOcclusion',
    'no options',
    () => node.writeOcclusion(deconvnet, folder, wrong(undefined)),
    bad,
    /object of options/,
  ],
  ['writeOcclusion', 'no folder', () => node.writeOcclusion(deconvnet, folder, wrong({})), bad, /writes a folder/],
  [
    'writeOcclusion',
    'pictures that are none',
    () => node.writeOcclusion(deconvnet, wrong([{}]), { out }),
    bad,
    /\{ id, path, label\? \}/,
  ],
  ['writeSanity', 'a model', () => node.writeSanity(wrong(model), folder, { out }), bad, /takes a Deconvnet/],
  ['writeSanity', 'no options', () => node.writeSanity(deconvnet, folder, wrong(undefined)), bad, /object of options/],
  ['writeSanity', 'no folder', () => node.writeSanity(deconvnet, folder, wrong({})), bad, /writes a folder/],
  ['writeSanity', 'pictures', () => node.writeSanity(deconvnet, wrong([{}]), { out }), bad, /\{ id, path, label\? \}/],
  ['writeSanity', 'seed', () => node.writeSanity(deconvnet, folder, wrong({ out, seed: '1' })), bad, /seed is a whole/],
  ['writeStudies', 'a model', () => node.writeStudies(wrong(model), folder, { out }), bad, /takes a Deconvnet/],
  [
    'writeStudies',
    'a name for a list',
    () => node.writeStudies(deconvnet, folder, { out, studies: wrong('gallery') }),
    bad,
    /studies is a list of names.* "gallery"/,
  ],
  [
    'writeStudies',
    'a list of feature maps',
    () => node.writeStudies(deconvnet, folder, { out, maps: wrong([1, 2]) }),
    bad,
    /maps is how many feature maps/,
  ],
  ['writeInvariance', 'a model', () => node.writeInvariance(wrong(model), folder, { out }), bad, /a Deconvnet/],
  [
    'writeInvariance',
    'no options',
    () => node.writeInvariance(deconvnet, folder, wrong(undefined)),
    bad,
    /object of options/,
  ],
  ['writeInvariance', 'no folder', () => node.writeInvariance(deconvnet, folder, wrong({})), bad, /writes a folder/],
  ['writeInvariance', 'steps', moved({ steps: [1, 2] }), bad, /steps takes an object of options.* a list of 2/],
  ['writeInvariance', 'a number of steps', moved({ steps: { scale: 3 } }), bad, /steps is a list.* the number 3/],
  ['writeInvariance', 'transformations', moved({ transformations: 'scale' }), bad, /list of names.* "scale"/],
  ['writeInvariance', 'fill', moved({ fill: 'gray' }), bad, /fill is 'grey'.* "gray"/],
  ['writeInvariance', 'layers', moved({ layers: 'conv1' }), bad, /layers is a list of names.* "conv1"/],
];
