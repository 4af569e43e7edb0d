import fc from 'fast-check';
import { addedLayer } from './added-layer.js';
import { added } from './added-value-layers.js';
import { between, shapeOf } from './drawn-cases.js';
import { type LayerCase, type LayerClasses, layerCase } from './layer-case.js';

const IMAGE = [6, 5, 4];
const FIRST = [4, 6, 5];

const one = (className: string, config: object, shape = IMAGE, more: Partial<LayerCase> = {}): LayerCase =>
  layerCase(() => addedLayer(className, config), [shape], more);

const windowed = { windowed: true };
const interpolation = fc.constantFrom('nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5');
const image = shapeOf(3, 3);
const size = { height: between(1, 9), width: between(1, 9) };

/** The layers that this library adds and that resize images. */
export const ADDED_IMAGE_LAYERS: LayerClasses = {
  KerasResizing: added(
    'KerasResizing',
    [
      one('KerasResizing', { height: 9, width: 4 }),
      one('KerasResizing', { height: 4, width: 7, dataFormat: 'channelsFirst', interpolation: 'bicubic' }, FIRST),
      one('KerasResizing', { height: 9, width: 4, padToAspectRatio: true, fillValue: 2 }),
    ],
    image,
    () =>
      fc.oneof(
        fc.record({ ...size, interpolation, antialias: fc.boolean() }),
        fc.record({ ...size, cropToAspectRatio: fc.constant(true) }),
        fc.record({ ...size, padToAspectRatio: fc.constant(true), fillValue: fc.constantFrom(-1, 0.5) }),
      ),
  ),
  KerasCenterCrop: added(
    'KerasCenterCrop',
    [
      // Only in a network is the size of its images known, and with it the window.
      one('KerasCenterCrop', { height: 3, width: 2 }),
      one('KerasCenterCrop', { height: 3, width: 4, dataFormat: 'channelsFirst' }, FIRST),
      one('KerasCenterCrop', { height: 7, width: 2 }),
    ],
    image,
    () => fc.record(size),
  ),
  KerasUpSampling2D: added(
    'KerasUpSampling2D',
    [
      one('KerasUpSampling2D', { size: [2, 3], interpolation: 'bilinear' }, IMAGE, windowed),
      one('KerasUpSampling2D', { size: [3, 2], interpolation: 'bicubic' }, IMAGE, windowed),
      one('KerasUpSampling2D', { size: [2, 1], interpolation: 'lanczos3' }, IMAGE, windowed),
      one('KerasUpSampling2D', { size: [43, 2] }, [3, 4, 2], windowed),
      one('KerasUpSampling2D', { interpolation: 'bilinear', dataFormat: 'channelsFirst' }, FIRST, windowed),
    ],
    image,
    () => fc.record({ size: fc.tuple(between(1, 5), between(1, 4)), interpolation }),
  ),
};
