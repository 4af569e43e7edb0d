import { join } from 'node:path';
import * as node from 'deconvnet/node';
import { bad, setting, type WrongCall, wrong } from './setting.js';

const { model, deconvnet, folder } = setting;
const out = join(folder, 'study');

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
];
