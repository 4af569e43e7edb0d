import type { Deconvnet, DeconvnetError } from 'deconvnet';
import type { PlainDeconvnetOptions } from 'deconvnet/node';
import { runSetup, setupUrl } from '../node/mine/setup-module.js';
import { shareTensorflow } from '../node/mine/share-tensorflow.js';
import { topologyOption } from '../node/models/model-place.js';
import { isSignalFile } from '../node/pictures/is-signal-file.js';
import { headsOf } from '../studies/kit/heads.js';
import { words } from './advice.js';
import { checkLabels } from './check-labels.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import type { Library } from './load-library.js';
import type { ModelOptions } from './options.js';
import { readInputOption, readLabelsOption } from './read-option.js';
import type { Terminal } from './terminal.js';

/** What of a model is needed. */
export interface Needed {
  /** Whether the weights are needed; `true` by default. */
  readonly weights?: boolean;
}

/** Loads a model and makes its Deconvnet. They are not disposed, because the process ends soon after. */
export async function openNetwork(
  library: Library,
  path: string,
  options: ModelOptions,
  needed: Needed = {},
): Promise<Deconvnet> {
  return (await openModel(library, path, options, needed))(options.rule);
}

/** Loads a model, and returns a function that makes its Deconvnet with a rule. */
export async function openModel(
  library: Library,
  path: string,
  options: ModelOptions,
  needed: Needed = {},
): Promise<(rule: ModelOptions['rule']) => Deconvnet> {
  return (await modelOpener(library, options))(path, needed);
}

/** Does what is done once for several models with the same options, and returns the `openModel` of any of them. */
export async function modelOpener(
  library: Library,
  options: ModelOptions,
): Promise<(path: string, needed?: Needed) => Promise<(rule: ModelOptions['rule']) => Deconvnet>> {
  const given = await networkOptions(options);
  const { mirrors } = await importModule(options.import);
  return async (path, { weights = true } = {}) => {
    // A module of the user's own may read weights, in a layer or in a mirror.
    const model = await library.loadModel(path, {
      ...topologyOption(options),
      weights: weights || options.import !== undefined,
    });
    return (rule) => {
      const deconvnet = new library.Deconvnet(model, { ...given, ...(rule && { rule }), ...(mirrors && { mirrors }) });
      if (given.labels) checkLabels(headsOf(deconvnet), given.labels);
      return deconvnet;
    };
  };
}

/** Imports the module given as `--import`. It gets the TensorFlow.js that the library uses. */
async function importModule(module: string | undefined): ReturnType<typeof runSetup> {
  if (module === undefined) return {};
  shareTensorflow();
  return runSetup(setupUrl(module));
}

/** The options of a Deconvnet that were given on the command line. */
export async function networkOptions({ input, labels, rule, fallback }: ModelOptions): Promise<PlainDeconvnetOptions> {
  return {
    ...(input !== undefined && { input: await readInputOption(input) }),
    ...(labels !== undefined && { labels: await readLabelsOption(labels) }),
    ...(rule !== undefined && { rule }),
    ...(fallback !== undefined && { fallback }),
  };
}

/**
 * Stops with an error, before any work, if the model takes pictures and the input format is unknown, or if it takes no
 * pictures and the file is one. Tells the format if it was found in the layers of the model.
 *
 * @param path the file of a command that takes one
 */
export function requireInputFormat(deconvnet: Deconvnet, model: string, terminal: Terminal, path?: string): void {
  requireOneInput(deconvnet, model);
  if (takesPictures(deconvnet)) {
    if (!deconvnet.inputFormat) throw new CliError(EXIT.input, inputUnknownMessage(model, deconvnet));
    tellInputFormat(deconvnet, terminal, 'If the network was trained on other input, give --input.');
  } else if (path !== undefined) requireSignal(deconvnet, model, path);
}

/** Tells the input format, and what to do if it is wrong, if nobody stated it: it was found in the layers of the model. */
export function tellInputFormat(deconvnet: Deconvnet, { err }: Terminal, wayOut: string): void {
  const { from } = deconvnet.inputFormat ?? {};
  if (from !== 'layers' && from !== 'application') return;
  err.write(`Input format ${deconvnet.describeInput()}. ${wayOut}\n`);
}

/** Stops with an error if a file for a model that takes no pictures is not a signal. */
export function requireSignal(deconvnet: Deconvnet, model: string, path: string): void {
  if (isSignalFile(path)) return;
  throw new CliError(EXIT.input, `${model} takes ${deconvnet.describeInput()}. ${words['input-tensor']}`);
}

/** Stops with an error if the model does not take one picture. */
export function requirePictures(deconvnet: Deconvnet, model: string): void {
  requireOneInput(deconvnet, model);
  if (takesPictures(deconvnet)) return;
  throw new CliError(
    EXIT.input,
    `${model} takes ${deconvnet.describeInput()}. This command needs a network that takes pictures. deconvnet project, activations, strongest, mine, gallery and check also take signals, and deconvnet layers lists the layers of any network.`,
  );
}

/** Whether pictures can become the input of a model, if the input format is known. */
export function takesPictures(deconvnet: Deconvnet): boolean {
  try {
    deconvnet.toInput({ width: 1, height: 1, data: new Uint8ClampedArray(4) }).dispose();
  } catch (error) {
    if ((error as DeconvnetError).advice?.about === 'input-tensor') return false;
    if ((error as DeconvnetError).code !== 'input-unknown') throw error;
  }
  return true;
}

/** Stops with an error if the model does not take exactly one input. */
export function requireOneInput({ model: { inputs } }: Deconvnet, model: string): void {
  if (inputs.length === 1) return;
  throw new CliError(
    EXIT.input,
    `${model} has ${inputs.length} inputs, but the command line gives a network only one picture. Use the library instead: deconvnet.project takes a list of inputs.`,
  );
}

/** The message for an unknown input format, which lists the input formats. */
export function inputUnknownMessage(model: string, { inputSuggestion: suggestion }: Deconvnet): string {
  const hint = suggestion
    ? `
The network contains ${suggestion.application} of Keras. Its published weights expect \`${suggestion.input}\`: if yours were
trained with it, give --input ${suggestion.input}. Many networks that contain it are trained on \`unit\` instead.
`
    : '';
  return `How a picture becomes the input of ${model} is unknown: the model does not say it, and a guess could give wrong
projections. Give it with --input:

  tf     pixel / 127.5 - 1, from -1 to 1: MobileNet, Inception, Xception of Keras
  torch  (pixel / 255 - mean) / deviation of ImageNet: DenseNet of Keras, most PyTorch models
  caffe  BGR, pixel - mean of ImageNet: VGG and ResNet (not V2) of Keras
  unit   pixel / 255, from 0 to 1: models trained with rescale=1/255
  raw    the pixel, from 0 to 255: EfficientNet of Keras and others that rescale inside
  JSON   '{ "scale": 0.00392, "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25], "channels": "rgb", "fit": "crop" }',
         or a .json file that contains it: (pixel * scale - mean) / std
${hint}
\`deconvnet check MODEL IMAGES --labels NAMES\` shows the accuracy with each of them, if the pictures are in
folders named like the classes.`;
}
