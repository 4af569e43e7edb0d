import * as tfl from '@tensorflow/tfjs-layers';
import { fillWeights } from '../project/networks.js';
import { tempFolder, writeFiles } from '../temp-folder.js';
import { filesOf, savedModel } from './saved-model.js';

/** What the network is like. */
interface UnpooledOptions {
  /** Whether it has weights; otherwise all of them are 0. Default: true. */
  readonly learned?: boolean;
  /** Whether there is a max pooling with windows of one pixel. It changes nothing, but only a measurement can tell. */
  readonly pooled?: boolean;
  /** The number of classes. Default: none. */
  readonly classes?: number;
}

/**
 * Writes a network without max pooling that reduces anything, and returns its folder. Under `deconvnet` its projections do
 * not depend on the picture. It takes pictures of 32x32 pixels, and has the layers `low` and `high`.
 */
export async function unpooledNetwork({
  learned = true,
  pooled = false,
  classes = 0,
}: UnpooledOptions = {}): Promise<string> {
  const folder = await tempFolder();
  const { conv2d, dense, globalAveragePooling2d, maxPooling2d } = tfl.layers;
  const zeros = learned ? {} : ({ kernelInitializer: 'zeros' } as const);
  const conv = { kernelSize: 3, activation: 'relu', ...zeros } as const;
  const model = tfl.sequential({
    layers: [
      conv2d({ ...conv, inputShape: [32, 32, 3], filters: 6, name: 'low' }),
      ...(pooled ? [maxPooling2d({ poolSize: 1, strides: 1, name: 'pool' })] : []),
      conv2d({ ...conv, filters: 4, strides: 2, name: 'high' }),
      ...(classes > 0
        ? [globalAveragePooling2d({ name: 'mean' }), dense({ units: classes, activation: 'softmax', name: 'answer' })]
        : []),
    ],
  });
  await writeFiles(folder, filesOf(await savedModel(learned ? fillWeights(model) : model)));
  return folder;
}
