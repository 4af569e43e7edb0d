import type { Network, NetworkNode } from '../network/network.js';
import type { InputFormatName, InputSuggestion } from './input-format.js';
import type { LeadingLayers } from './leading-layers.js';

/** An application of Keras whose layers are in a model. */
export interface FoundApplication extends InputSuggestion {
  /** Whether the model is this application as Keras saves it, without layers of the user's own. */
  readonly isWhole: boolean;
}

type Row = readonly [title: string, names: string, first: string, own: string, input: InputFormatName];

/**
 * The applications of Keras whose layers do not scale the pixels, or need not: `include_preprocessing=False`. Each row has
 * the title; a pattern of the names that Keras gives to the model; patterns of the layer that reads the pictures and of a
 * layer that only this family has; and the format that the published weights expect. The first row that fits counts.
 *
 * EfficientNetV2 B0 to B3 are left out: without their preprocessing, the weights expect `torch`, and Keras's documentation
 * says `tf`.
 */
const APPLICATIONS: readonly Row[] = [
  ['VGG19', 'vgg19', 'block1_conv1', 'block5_conv4', 'caffe'],
  ['VGG16', 'vgg16', 'block1_conv1', 'block5_conv3', 'caffe'],
  ['ResNetV2', 'resnet\\d+v2', 'conv1_conv', 'post_relu', 'tf'],
  ['ResNet', 'resnet\\d+', 'conv1_conv', 'conv5_block3_out', 'caffe'],
  // The names of layers before Keras 2.3.
  ['ResNet50', 'resnet50', 'conv1', 'res5c_branch2c', 'caffe'],
  ['DenseNet', 'densenet\\d*', 'conv1.conv', 'conv5_block16_concat', 'torch'],
  ['MobileNet', 'mobilenet_[.\\w]+', 'conv1', 'conv_pw_13', 'tf'],
  ['MobileNetV2', 'mobilenetv2_[.\\w]+', 'conv1', 'block_16_project', 'tf'],
  ['MobileNetV3', 'mobilenetv3\\w+', 'conv', 'expanded_conv_10.expand', 'tf'],
  ['InceptionV3', 'inception_v3', 'conv2d\\w*', 'mixed10', 'tf'],
  ['InceptionResNetV2', 'inception_resnet_v2', 'conv2d\\w*', 'conv_7b', 'tf'],
  ['Xception', 'xception', 'block1_conv1', 'block14_sepconv2', 'tf'],
  ['NASNet', 'nasnet\\w*', 'stem_conv1', 'reduction_concat_stem_2', 'tf'],
  ['EfficientNetV2', 'efficientnetv2-[sml]', 'stem_conv', 'block6o_add', 'tf'],
  ['ConvNeXt', 'convnext_\\w+', '\\w+_stem_conv', '\\w+_stage_3_block_2_depthwise_conv', 'torch'],
];

/** The layers with neurons that applications have. A layer of this kind with another name is the user's own. */
const NEURONS = /(predictions|logits|fc\d+|pointwise_conv_\d|head_dense)$/i;

/**
 * Finds the application of Keras that a model is, or that it contains, by the names of the model and of its layers.
 *
 * @param channels - how many channels the model's input has
 */
export function findApplication(
  { model, nodes }: Network,
  { scaling, ends }: LeadingLayers,
  channels: number,
): FoundApplication | undefined {
  if (channels !== 3) return undefined;
  for (const [application, names, first, own, input] of APPLICATIONS) {
    const isFirst = named(first);
    const held = nodes.find(named(own));
    if (!held || !nodes.some(isFirst)) continue;
    const isWhole =
      new RegExp(`^${names}$`, 'i').test(model.name) &&
      new RegExp(`^${own}$`, 'i').test(held.name) &&
      scaling.length === 0 &&
      ends.every(isFirst) &&
      nodes.every(
        ({ className, name, index }) =>
          NEURONS.test(name) || (className !== 'Dense' && (index < nodes.length - 1 || !/Conv/.test(className))),
      );
    return { application, input, isWhole };
  }
  return undefined;
}

/** Whether a node has a name, alone or inside a nested model. */
function named(pattern: string): (node: NetworkNode) => boolean {
  const name = new RegExp(`(^|/)${pattern}$`, 'i');
  return (node) => name.test(node.name);
}
