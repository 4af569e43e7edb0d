import type { Deconvnet, DeconvnetError } from 'deconvnet';
import type { PlainDeconvnetOptions } from 'deconvnet/node';
import { runSetup, setupUrl } from '../node/mine/setup-module.js';
import { shareTensorflow } from '../node/mine/share-tensorflow.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import type { Library } from './load-library.js';
import type { ModelOptions } from './options.js';
import { readInputOption, readLabelsOption } from './read-option.js';

/** Loads a model and builds its deconvnet. The process ends soon after, and frees both. */
export async function openNetwork(library: Library, path: string, options: ModelOptions): Promise<Deconvnet> {
  const given = await networkOptions(options);
  const { mirrors } = await importModule(options.import);
  return new library.Deconvnet(await library.loadModel(path), { ...given, ...(mirrors && { mirrors }) });
}

/** Imports the module of `--import`, which gets the TensorFlow.js that the library uses. */
async function importModule(module: string | undefined): ReturnType<typeof runSetup> {
  if (module === undefined) return {};
  shareTensorflow();
  return runSetup(setupUrl(module));
}

/** The options of a Deconvnet that were given. */
export async function networkOptions({ input, labels, rule, fallback }: ModelOptions): Promise<PlainDeconvnetOptions> {
  return {
    ...(input !== undefined && { input: await readInputOption(input) }),
    ...(labels !== undefined && { labels: await readLabelsOption(labels) }),
    ...(rule !== undefined && { rule }),
    ...(fallback !== undefined && { fallback }),
  };
}

/** Stops before any work where pictures cannot become input. */
export function requireInputFormat(deconvnet: Deconvnet, model: string): void {
  requirePictures(deconvnet, model);
  if (!deconvnet.inputFormat) throw new CliError(EXIT.input, inputUnknownMessage(model));
}

/** Stops where one picture is not what the model takes. */
export function requirePictures(deconvnet: Deconvnet, model: string): void {
  requireOneInput(deconvnet, model);
  if (takesPictures(deconvnet)) return;
  throw new CliError(
    EXIT.input,
    `${model} takes ${deconvnet.describeInput()}. This command needs a network that takes pictures. deconvnet layers lists the layers of any network; from JavaScript, deconvnet.project and PatchMiner take any tensor.`,
  );
}

/** Whether pictures can become the input, if their format is known. */
export function takesPictures(deconvnet: Deconvnet): boolean {
  try {
    deconvnet.toInput({ width: 1, height: 1, data: new Uint8ClampedArray(4) }).dispose();
  } catch (error) {
    if ((error as DeconvnetError).advice?.about === 'input-tensor') return false;
    if ((error as DeconvnetError).code !== 'input-unknown') throw error;
  }
  return true;
}

function requireOneInput({ model: { inputs } }: Deconvnet, model: string): void {
  if (inputs.length === 1) return;
  throw new CliError(
    EXIT.input,
    `${model} has ${inputs.length} inputs, and the command line gives a network one picture at a time. Use the library: deconvnet.project takes a list of inputs.`,
  );
}

/** Says which input formats there are. */
export function inputUnknownMessage(model: string): string {
  return `How a picture becomes the input of ${model} is unknown: the model does not say it, and guessing would give wrong
pictures. Say it with --input:

  tf     pixel / 127.5 - 1, from -1 to 1: MobileNet, Inception, Xception of Keras
  torch  (pixel / 255 - mean) / deviation of ImageNet: DenseNet of Keras, most PyTorch models
  caffe  BGR, pixel - mean of ImageNet: VGG and ResNet (not V2) of Keras
  unit   pixel / 255, from 0 to 1: models trained with rescale=1/255
  raw    the pixel, from 0 to 255: EfficientNet of Keras and others that rescale inside
  JSON   '{ "scale": 0.00392, "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25], "channels": "rgb", "fit": "crop" }',
         or a .json file of it: (pixel * scale - mean) / std

\`deconvnet check MODEL IMAGES --labels NAMES\` shows the accuracy under each of them, where pictures lie in
folders named like the classes.`;
}
