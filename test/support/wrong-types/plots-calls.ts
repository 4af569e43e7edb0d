import * as plots from 'deconvnet/plots';
import { bad, type WrongCall, wrong } from './setting.js';

const document = wrong({});
const map = { values: [1, 2], height: 1, width: 2 };

/** Wrong calls of the plots. */
export const plotsCalls: readonly WrongCall[] = [
  ['plotCurves', 'a number', () => plots.plotCurves(wrong(3), { x: 'x', y: 'y', document }), bad, /list of .*points/],
  ['plotCurves', 'no options', () => plots.plotCurves([], wrong(undefined)), bad, /object of options/],
  [
    'plotValueMap',
    'too few values',
    () => plots.plotValueMap({ ...map, width: 3 }, { label: 'a', document }),
    bad,
    /values has one number for each of 1x3 cells/,
  ],
  ['plotValueMap', 'nothing', () => plots.plotValueMap(wrong(null), { label: 'a', document }), bad, /height is/],
  ['plotValueMap', 'no label', () => plots.plotValueMap(map, wrong({ document })), bad, /label says/],
  [
    'plotClassMap',
    'a text for classes',
    () => plots.plotClassMap(wrong({ ...map, classes: 3 }), { document }),
    bad,
    /classes has one number for each of 1x2 cells/,
  ],
  [
    'plotClassMap',
    'a list of names',
    () => plots.plotClassMap({ classes: [0, 1], height: 1, width: 2 }, { nameOf: wrong(['a']), document }),
    bad,
    /nameOf is a function/,
  ],
  [
    'plotRanges',
    'a number',
    () => plots.plotRanges(wrong(3), { label: 'a', document }),
    bad,
    /list of \{ name, mean, deviation \}.* the number 3/,
  ],
  ['plotRanges', 'no label', () => plots.plotRanges([], wrong({ document })), bad, /label says/],
  ['plotMatrix', 'nothing', () => plots.plotMatrix(wrong(null), { label: 'a', document }), bad, /rows and columns are/],
  [
    'plotMatrix',
    'too few values',
    () => plots.plotMatrix({ values: [1], rows: ['a'], columns: ['b', 'c'] }, { label: 'a', document }),
    bad,
    /values has one number for each of 1x2 cells/,
  ],
];
