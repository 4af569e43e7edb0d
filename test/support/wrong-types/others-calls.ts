import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { chooseRule, defaultLayers, type Mirror, pictureDependence } from 'deconvnet';
import { selectBackend } from 'deconvnet/backends';
import { fromKeras, keras3, loadLayersModel, randomizeWeights } from 'deconvnet/models';
import * as node from 'deconvnet/node';
import { checkMirror } from 'deconvnet/testing';
import { bad, setting, type WrongCall, wrong } from './setting.js';

const { model, conv1, deconvnet, batch, image, picture, file, folder } = setting;
const two = [image, image];
const halve = tfl.layers.rescaling({ scale: 0.5 });
halve.apply(tf.zeros([1, 4, 4, 3]));
const mirror: Mirror = { down: (signal) => tf.mul(signal, 0.5) };
const check = (options: object) => () => checkMirror(halve, mirror, wrong({ inputShapes: [[4, 4, 3]], ...options }));
const read = (options: object) => () => drain(node.readPictures(folder, deconvnet, wrong(options)));

async function drain(images: AsyncIterable<{ image: tf.Tensor }>): Promise<void> {
  for await (const { image } of images) image.dispose();
}

/** Wrong calls of what reads pictures, chooses backends, and changes or checks layers. */
export const othersCalls: readonly WrongCall[] = [
  [
    'pictureDependence',
    'a model',
    () => pictureDependence(wrong(model), two, { layer: 'conv1' }),
    bad,
    /takes a Deconvnet.* new Deconvnet\(model\)/,
  ],
  [
    'pictureDependence',
    'no options',
    () => pictureDependence(deconvnet, two, wrong(undefined)),
    bad,
    /object of options/,
  ],
  [
    'pictureDependence',
    'a batch',
    () => pictureDependence(deconvnet, wrong(batch), { layer: 'conv1' }),
    bad,
    /a list of two or more images.* a tensor shaped \[2,12,10,3\]/,
  ],
  ['defaultLayers', 'a model', () => defaultLayers(wrong(model)), bad, /takes a Deconvnet/],
  ['chooseRule', 'a model', () => chooseRule(wrong(model), two, ['conv1']), bad, /takes a Deconvnet/],
  ['chooseRule', 'a name for layers', () => chooseRule(deconvnet, two, wrong('conv1')), bad, /list of names.* "conv1"/],
  [
    'chooseRule',
    'a list for known',
    () => chooseRule(deconvnet, two, ['conv1'], wrong({ known: [1] })),
    bad,
    /known is an object of numbers.* a list of 1/,
  ],
  [
    'chooseRule',
    'a name for onProgress',
    () => chooseRule(deconvnet, two, ['conv1'], wrong({ onProgress: 'tell' })),
    bad,
    /onProgress is a function.* "tell"/,
  ],
  [
    'encodePng',
    'nothing',
    () => node.encodePng(wrong(undefined)),
    bad,
    /A picture is \{ width, height, data \}.* undefined/,
  ],
  [
    'encodePng',
    'a height',
    () => node.encodePng(wrong({ ...picture, height: true })),
    bad,
    /whole numbers of pixels.* the boolean true/,
  ],
  [
    'writePicture',
    'the picture first',
    () => node.writePicture(wrong(picture), wrong('a.png')),
    bad,
    /writes a PNG, a path; it is an object with width/,
  ],
  ['readPicture', 'a Buffer', () => node.readPicture(wrong(file)), bad, /a picture file, a path; it is a Buffer/],
  [
    'readPicture',
    'an address',
    () => node.readPicture('https://a.org/cat.jpg'),
    'pictures-not-found',
    /is an address.* Download/,
  ],
  [
    'readPicture',
    'width',
    () => node.readPicture('cat.jpg', { width: wrong('224') }),
    bad,
    /width of a picture .* "224"/,
  ],
  [
    'readPicture',
    'fit',
    () => node.readPicture('cat.jpg', { fit: wrong('cover') }),
    bad,
    /fit is 'crop' or 'stretch'; .* "cover"/,
  ],
  ['readPictures', 'a model', () => drain(node.readPictures(folder, wrong(model))), bad, /takes a Deconvnet/],
  ['readPictures', 'limit', read({ limit: '9' }), bad, /limit is the largest number of pictures .* "9"/],
  ['readPictures', 'onSkip', read({ onSkip: [] }), bad, /onSkip is a function; .* a list of 0/],
  ['useBackend', 'a list', () => node.useBackend(wrong(['wasm'])), bad, /a string such as 'wasm'; .* a list of 1/],
  [
    'selectBackend',
    'a name',
    () => selectBackend(wrong('wasm')),
    bad,
    /object of options, \{ prefer, wasmPaths \}; .* "wasm"/,
  ],
  [
    'selectBackend',
    'prefer',
    () => selectBackend({ prefer: wrong('wasm') }),
    bad,
    /`prefer` is a list of backends.* "wasm"/,
  ],
  [
    'selectBackend',
    'wasmPaths',
    () => selectBackend({ prefer: ['cpu'], wasmPaths: wrong(true) }),
    bad,
    /wasmPaths is the address .* true/,
  ],
  [
    'fromKeras',
    'a path',
    () => fromKeras(wrong('model.keras')),
    'invalid-option',
    /fromKeras takes a model file: a File, or its bytes as a Uint8Array or an ArrayBuffer; it is the string "model\.keras"/,
  ],
  [
    'keras3',
    'an address',
    () => keras3(wrong('https://a.org/model.json')).load!(),
    bad,
    /a handler with a function load; .* tf\.io\.http\(url\) makes one/,
  ],
  [
    'keras3',
    'a word for warn',
    () => keras3(tf.io.http('x'), { warn: wrong('all') }),
    bad,
    /warn is a function; .* "all"/,
  ],
  [
    'loadLayersModel',
    'a number',
    () => loadLayersModel(wrong(3)),
    bad,
    /loadLayersModel takes an address, or a handler with a function load; .* the number 3/,
  ],
  [
    'loadLayersModel',
    'a word for strict',
    () => loadLayersModel(tf.io.http('x'), { strict: wrong('no') }),
    bad,
    /strict is true or false; .* "no"/,
  ],
  [
    'randomizeWeights',
    'a name',
    () => randomizeWeights(model, wrong('conv2')),
    bad,
    /object of options, \{ from, seed \}; .* "conv2"/,
  ],
  [
    'randomizeWeights',
    'a layer',
    () => randomizeWeights(model, { from: wrong(conv1) }),
    bad,
    /from is the name .* a Conv2D/,
  ],
  [
    'randomizeWeights',
    'seed',
    () => randomizeWeights(model, { from: 'conv2', seed: wrong(10n) }),
    bad,
    /seed is a whole number; it is the bigint 10/,
  ],
  [
    'checkMirror',
    'a name',
    () => checkMirror(wrong('halve'), mirror, { inputShapes: [[4, 4, 3]] }),
    bad,
    /takes a layer, .* "halve"/,
  ],
  [
    'checkMirror',
    'no options',
    () => checkMirror(halve, mirror, wrong(undefined)),
    bad,
    /object of options, \{ inputShapes/,
  ],
  [
    'checkMirror',
    'one shape',
    check({ inputShapes: [4, 4, 3] }),
    bad,
    /inputShapes lists the shape of each input.* a list of 3/,
  ],
  ['checkMirror', 'linear', check({ linear: 'no' }), bad, /linear is true or false; .* "no"/],
  ['checkMirror', 'tolerance', check({ tolerance: 10n }), bad, /tolerance is a number.* the bigint 10/],
];
