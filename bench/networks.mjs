import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** The layers of VGG-16 up to its 13th convolution, with random weights that keep activations in range. */
export function vgg16({ size = 224, blocks = [64, 128, 256, 512, 512] } = {}) {
  const depths = [2, 2, 3, 3, 3];
  let count = 0;
  const layers = blocks.flatMap((filters, block) => [
    ...Array.from({ length: depths[block] }, () => {
      const name = `conv${++count}`;
      const inputShape = count === 1 ? { inputShape: [size, size, 3] } : {};
      const kernelInitializer = tfl.initializers.heNormal({ seed: count });
      return tfl.layers.conv2d({
        filters,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        kernelInitializer,
        name,
        ...inputShape,
      });
    }),
    ...(block < blocks.length - 1 ? [tfl.layers.maxPooling2d({ poolSize: 2, name: `pool${block + 1}` })] : []),
  ]);
  return tfl.sequential({ name: 'vgg16', layers });
}

/** Some residual blocks: convolutions of stride 2, additions, normalisations. */
export function residual({ size = 112, filters = [32, 64, 128] } = {}) {
  const input = tfl.input({ shape: [size, size, 3] });
  let count = 0;
  const conv = (x, width, strides = 1) => {
    const name = `conv${++count}`;
    const kernelInitializer = tfl.initializers.heNormal({ seed: count });
    const made = tfl.layers.conv2d({
      filters: width,
      kernelSize: 3,
      strides,
      padding: 'same',
      useBias: false,
      kernelInitializer,
      name,
    });
    return tfl.layers.batchNormalization({ name: `norm${count}` }).apply(made.apply(x));
  };
  const relu = (x) => tfl.layers.reLU().apply(x);
  let x = relu(conv(input, filters[0], 2));
  for (const [block, width] of filters.entries()) {
    const first = relu(conv(x, width, block === 0 ? 1 : 2));
    x = relu(tfl.layers.add({ name: `add${block + 1}` }).apply([first, conv(first, width)]));
  }
  return tfl.model({ inputs: input, outputs: x, name: 'residual' });
}

/** Pictures of uniform noise. */
export function noise(count, size) {
  return tf.randomUniform([count, size, size, 3], -1, 1, 'float32', 7);
}
