import * as studies from 'deconvnet/studies';
import { bad, setting, type WrongCall, wrong } from './setting.js';

const { model, deconvnet, image, batch, file } = setting;
const item = { id: 'a', image };
const extent = { height: 4, width: 4 };
const box = { top: 0, left: 0, bottom: 2, right: 2 };
const marked = ['a', 'b'].map((id) => ({ id, image, boxes: { part: box } }));
const checkpoints = [{ name: 'a', deconvnet }];

async function drain(steps: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of steps);
}

/** Wrong calls of the studies. */
export const studiesCalls: readonly WrongCall[] = [
  ['rankCorrelation', 'a number', () => studies.rankCorrelation(wrong(3), [1]), bad, /lists of numbers.* the number 3/],
  [
    'structuralSimilarity',
    'bytes',
    () => studies.structuralSimilarity(wrong(file), wrong(file), 255),
    bad,
    /\{ values, height, width, channels \}/,
  ],
  ['occlusion', 'a model', () => studies.occlusion(wrong(model), item), bad, /takes a Deconvnet/],
  [
    'occlusion',
    'a batch',
    () => studies.occlusion(deconvnet, { id: 'a', image: batch }),
    'shape-mismatch',
    /shaped \[2,12,10,3\]/,
  ],
  [
    'occlusion',
    'a tensor without an id',
    () => studies.occlusion(deconvnet, wrong(image)),
    bad,
    /\{ id: string, image: Tensor \}/,
  ],
  [
    'occlusion',
    'a word for fill',
    () => studies.occlusion(deconvnet, item, { fill: wrong('gray') }),
    bad,
    /fill is 'grey'.* "gray"/,
  ],
  [
    'occlusion',
    'a name for options',
    () => studies.occlusion(deconvnet, item, wrong('conv1')),
    bad,
    /object of options.* "conv1"/,
  ],
  ['invariance', 'no options', () => studies.invariance(deconvnet, item, wrong(undefined)), bad, /object of options/],
  [
    'invariance',
    'a tensor without an id',
    () => studies.invariance(deconvnet, wrong(image), { transformation: 'scale' }),
    bad,
    /\{ id: string, image: Tensor \}/,
  ],
  [
    'invariance',
    'a number for steps',
    () => studies.invariance(deconvnet, item, { transformation: 'scale', steps: wrong(3) }),
    bad,
    /steps is a list of numbers.* the number 3/,
  ],
  [
    'correspondence',
    'one picture',
    () => studies.correspondence(deconvnet, wrong(marked[0])),
    bad,
    /two or more pictures/,
  ],
  [
    'correspondence',
    'pictures without boxes',
    () => studies.correspondence(deconvnet, wrong([item, item])),
    bad,
    /'a' has boxes/,
  ],
  [
    'correspondence',
    'a name for layers',
    () => studies.correspondence(deconvnet, marked, { layers: wrong('conv1') }),
    bad,
    /list of names.* "conv1"/,
  ],
  ['readBoxes', 'a list', () => studies.readBoxes([3]), bad, /object of boxes for each picture.* a list of 1/],
  [
    'readBoxes',
    'a number for a box',
    () => studies.readBoxes({ a: { nose: 3 } }),
    bad,
    /'nose' of the picture 'a' is \{.* the number 3/,
  ],
  [
    'fitBox',
    'a list for a box',
    () => studies.fitBox(wrong([1, 2, 3, 4]), { picture: extent, input: extent, fit: 'crop' }),
    bad,
    /must lie inside.*\[1,2,3,4\]/,
  ],
  [
    'fitBox',
    'a list for a size',
    () => studies.fitBox(box, { picture: wrong([2, 2]), input: extent, fit: 'crop' }),
    bad,
    /size is \{ height, width \}.* a list of 2/,
  ],
  ['fitBox', 'a word for options', () => studies.fitBox(box, wrong('crop')), bad, /object of options.* "crop"/],
  [
    'ablation',
    'a tensor',
    () => studies.ablation(deconvnet, wrong(image), { layer: 'conv1' }),
    bad,
    /source of pictures.* a tensor shaped/,
  ],
  ['ablation', 'a name', () => studies.ablation(deconvnet, [], wrong('conv1')), bad, /object of options.* "conv1"/],
  [
    'evolution',
    'a Deconvnet',
    () => drain(studies.evolution(wrong(deconvnet), () => [])),
    bad,
    /checkpoints.* a Deconvnet/,
  ],
  [
    'evolution',
    'models',
    () => drain(studies.evolution(wrong([{ name: 'a', deconvnet: model }]), () => [])),
    bad,
    /takes a Deconvnet/,
  ],
  [
    'evolution',
    'a list of images',
    () => drain(studies.evolution(checkpoints, wrong([item]))),
    bad,
    /images is a function.* a list of 1/,
  ],
  [
    'randomization',
    'a tensor without an id',
    () => drain(studies.randomization(deconvnet, wrong(image))),
    bad,
    /\{ id: string, image: Tensor \}/,
  ],
  [
    'randomization',
    'a name for steps',
    () => drain(studies.randomization(deconvnet, item, { layer: 'conv1', steps: wrong('conv1') })),
    bad,
    /list of names of layers.* "conv1"/,
  ],
  ['randomizationSteps', 'a model', () => studies.randomizationSteps(wrong(model)), bad, /takes a Deconvnet/],
  ['edgeLikeness', 'a model', () => studies.edgeLikeness(wrong(model), item), bad, /takes a Deconvnet/],
  [
    'edgeLikeness',
    'a name for maps',
    () => studies.edgeLikeness(deconvnet, item, { maps: wrong('all') }),
    bad,
    /maps is how many.* "all"/,
  ],
  [
    'classSensitivity',
    'a name for rules',
    () => studies.classSensitivity(deconvnet, item, { rules: wrong('guided') }),
    bad,
    /list of rules.* "guided"/,
  ],
  [
    'classSensitivity',
    'a name for classes',
    () => studies.classSensitivity(deconvnet, item, { classes: wrong('dog') }),
    bad,
    /classes is how many.* "dog"/,
  ],
  [
    'switchDependence',
    'a name for options',
    () => studies.switchDependence(deconvnet, item, wrong('conv1')),
    bad,
    /object of options.* "conv1"/,
  ],
  [
    'compareProjections',
    'tensors',
    () => studies.compareProjections(wrong(image), wrong(image)),
    bad,
    /A projection is \{ values.* a tensor/,
  ],
  [
    'summarizeLikeness',
    'one comparison',
    () => studies.summarizeLikeness(wrong({ rule: 'guided' })),
    bad,
    /list of comparisons.* an object with rule/,
  ],
];
