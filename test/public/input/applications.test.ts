import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type Picture } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { application, type Parts, top, VGG16 } from '../../support/models/application-networks.js';

const CAFFE = { application: 'VGG16', input: 'caffe' };

/** The names of models and layers as Keras 2, tf.keras and Keras 3 write them. */
const KNOWN: readonly [string, Parts['layers'], string][] = [
  ['vgg16', ['block1_conv1', 'block5_conv3'], 'caffe'],
  ['vgg19', ['block1_conv1', 'block5_conv4'], 'caffe'],
  ['resnet50', ['conv1_conv', 'conv5_block3_out'], 'caffe'],
  ['resnet152', ['conv1_conv', 'conv5_block3_out'], 'caffe'],
  ['resnet50', ['conv1', 'res5c_branch2c'], 'caffe'],
  ['resnet101v2', ['conv1_conv', 'post_relu'], 'tf'],
  ['densenet121', ['conv1_conv', 'conv5_block16_concat'], 'torch'],
  ['densenet201', ['conv1/conv', 'conv5_block16_concat'], 'torch'],
  ['mobilenet_1.00_224', ['conv1', 'conv_pw_13'], 'tf'],
  ['mobilenet_0.25_None', ['conv1', 'conv_pw_13'], 'tf'],
  ['mobilenetv2_0.35_96', ['Conv1', 'block_16_project'], 'tf'],
  ['MobileNetV3Large', ['conv', 'expanded_conv_10_expand'], 'tf'],
  ['MobilenetV3small', ['Conv', 'expanded_conv_10/expand'], 'tf'],
  ['inception_v3', ['conv2d', 'mixed10'], 'tf'],
  ['inception_v3', ['conv2d_94', 'mixed10'], 'tf'],
  ['inception_resnet_v2', ['conv2d_1', 'conv_7b'], 'tf'],
  ['xception', ['block1_conv1', 'block14_sepconv2'], 'tf'],
  ['NASNet', ['stem_conv1', 'reduction_concat_stem_2'], 'tf'],
  ['nasnet_mobile', ['stem_conv1', 'reduction_concat_stem_2'], 'tf'],
  ['efficientnetv2-s', ['stem_conv', 'block6o_add'], 'tf'],
  ['convnext_tiny', ['convnext_tiny_stem_conv', 'convnext_tiny_stage_3_block_2_depthwise_conv'], 'torch'],
];

beforeAll(() => use('cpu'));

describe('an application of Keras', () => {
  it.each(KNOWN)('%s with the layers %j has the format %s', (name, layers, format) => {
    const deconvnet = new Deconvnet(application(name, { layers }));
    expect(deconvnet.inputFormat).toMatchObject({ name: format, from: 'application', by: [name] });
    expect(deconvnet.inputSuggestion).toBeUndefined();
    expect(deconvnet.describeInput()).toMatch(
      new RegExp(`^${format}: .* \\(from the model's name and layers: ${name} of keras\\.applications\\)$`),
    );
  });

  it('is known without its classifier, and behind padding', () => {
    const bare = application('vgg16', { ...VGG16, before: [tfl.layers.zeroPadding2d({})], behind: top().slice(0, 1) });
    expect(new Deconvnet(bare).inputFormat).toMatchObject({ name: 'caffe', from: 'application' });
  });

  it('turns a picture into what its weights expect', async () => {
    const red: Picture = { width: 1, height: 1, data: new Uint8ClampedArray([255, 0, 0, 255]) };
    const input = new Deconvnet(application('vgg16')).toInput(red);
    expect(Array.from(await input.data()).slice(0, 3)).toEqual([-103.939, -116.779, 255 - 123.68].map(Math.fround));
    input.dispose();
  });

  it('has the format that its user, its metadata or its own layers state', () => {
    const stated = application('vgg16');
    stated.setUserDefinedMetadata({ preprocessing: 'unit' });
    expect(new Deconvnet(stated).inputFormat).toMatchObject({ name: 'unit', from: 'metadata' });
    expect(new Deconvnet(application('vgg16'), { input: 'unit' }).inputFormat).toMatchObject({
      name: 'unit',
      from: 'option',
    });
    const rescaled = application('vgg16', { ...VGG16, before: [tfl.layers.rescaling({ scale: 1 / 255 })] });
    expect(new Deconvnet(rescaled).inputFormat).toMatchObject({ name: 'raw', from: 'layers' });
  });
});

describe('the format of an application is only suggested', () => {
  const suggested: readonly [string, () => tfl.LayersModel][] = [
    ['if the model has another name', () => application('model')],
    ['if the name is that of another application', () => application('vgg19')],
    ['if only the beginning of the name fits', () => application('vgg16_fine')],
    ['with a classifier of its own', () => application('vgg16', { ...VGG16, behind: top('dense') })],
    [
      'with a decoder behind it',
      () =>
        application('vgg16', { ...VGG16, behind: [tfl.layers.conv2d({ name: 'mask', filters: 1, kernelSize: 1 })] }),
    ],
    [
      'behind a convolution of its own',
      () =>
        application('vgg16', {
          ...VGG16,
          before: [tfl.layers.conv2d({ name: 'mine', filters: 3, kernelSize: 1 })],
        }),
    ],
    [
      'behind layers that scale in a way that tells nothing',
      () => application('vgg16', { ...VGG16, before: [tfl.layers.rescaling({ scale: 2, offset: -1 })] }),
    ],
    [
      'if it is nested in another model',
      () => tfl.sequential({ layers: [application('vgg16', { ...VGG16, behind: [] }), ...top('dense')] }),
    ],
    [
      'even if that has its name',
      () => tfl.sequential({ name: 'vgg16', layers: [application('vgg16', { ...VGG16, behind: [] }), ...top()] }),
    ],
  ];

  it.each(suggested)('%s', (_, make) => {
    const deconvnet = new Deconvnet(make());
    expect([deconvnet.inputFormat, deconvnet.inputSuggestion]).toEqual([undefined, expect.objectContaining(CAFFE)]);
    const picture: Picture = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
    expect(() => deconvnet.toInput(picture)).toThrow(
      expect.objectContaining({
        code: 'input-unknown',
        message: expect.stringMatching(
          /The network contains VGG16 of Keras, whose published weights expect 'caffe': give it if yours were trained with it\.$/,
        ),
      }),
    );
  });

  it('and not at all if the layers are others, or the pictures are grey', () => {
    const others = new Deconvnet(application('vgg16', { layers: ['block1_conv1', 'block5_conv9'] }));
    const grey = new Deconvnet(application('vgg16', { ...VGG16, shape: [4, 4, 1] }));
    for (const deconvnet of [others, grey])
      expect([deconvnet.inputFormat, deconvnet.inputSuggestion]).toEqual([undefined, undefined]);
  });
});
