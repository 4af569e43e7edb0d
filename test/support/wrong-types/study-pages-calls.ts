import { join } from 'node:path';
import * as node from 'deconvnet/node';
import { bad, setting, type WrongCall, wrong } from './setting.js';

const { model, deconvnet, folder } = setting;
/** A picture that is not read, since something else is wrong. */
const picture = { id: 'a.png', path: join(folder, 'a.png') };

/** Wrong calls of what writes the pages of studies. */
export const studyPagesCalls: readonly WrongCall[] = [
  [
    'writeCorrespondence',
    'a model',
    () => node.writeCorrespondence(wrong(model), [picture], { out: join(folder, 'study'), boxes: {} }),
    bad,
    /takes a Deconvnet/,
  ],
  [
    'writeCorrespondence',
    'no options',
    () => node.writeCorrespondence(deconvnet, [picture], wrong(undefined)),
    bad,
    /object of options/,
  ],
  [
    'writeCorrespondence',
    'a number for boxes',
    () => node.writeCorrespondence(deconvnet, [picture], { out: join(folder, 'study'), boxes: wrong(3) }),
    bad,
    /Boxes are an object.* the number 3/,
  ],
  [
    'writeAblation',
    'a model',
    () => node.writeAblation(wrong(model), [picture], { out: join(folder, 'study') }),
    bad,
    /takes a Deconvnet/,
  ],
  [
    'writeAblation',
    'no options',
    () => node.writeAblation(deconvnet, [picture], wrong(undefined)),
    bad,
    /object of options/,
  ],
  [
    'writeAblation',
    'a number for title',
    () => node.writeAblation(deconvnet, [picture], { out: join(folder, 'study'), title: wrong(3) }),
    bad,
    /title is the heading of the page.* the number 3/,
  ],
];
