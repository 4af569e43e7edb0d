import { InvalidArgumentError, Option } from 'commander';
import type { NodeBackend } from '../node/peers.js';
import { HOST_FORM, isHost } from '../node/pictures/allowed-hosts.js';

/** What the help says about the argument MODEL. */
export const MODEL_ARGUMENT = 'a .keras or .h5 file of Keras, a model.json, or the folder or zip file that contains it';

/** What the help says, after the folder, about an argument that is several images. */
export const URL_LIST = 'a .txt file with the URL of a picture on each line (see --allow-host)';

/** What the help says about an argument that is one image. */
export const IMAGE_ARGUMENT =
  'a picture file or its URL, or a signal: a .npy file of NumPy or a .json file of nested lists, which contains model input';

/** The options of every command that draws values. */
export interface ContrastChoice {
  readonly contrast: 'percentile' | 'max' | number;
  readonly gamma: number;
}

/** The options of every command that loads a model. */
export interface ModelOptions {
  readonly backend: NodeBackend;
  readonly input?: string;
  readonly labels?: string;
  readonly rule?: 'deconvnet' | 'guided' | 'gradient';
  readonly fallback?: 'gradient';
  readonly topology?: string;
  readonly import?: string;
}

/** Options that several commands share. */
export const options = {
  backend: (): Option =>
    new Option('--backend <name>', 'the backend of TensorFlow.js: wasm is fast, webgpu needs a graphics card')
      .choices(['wasm', 'cpu', 'webgpu'])
      .default('wasm'),
  input: (): Option =>
    new Option(
      '--input <format>',
      "how a picture becomes the model's input: tf, torch, caffe, unit, raw, JSON { scale, mean, std, channels, fit }, or a .json file that contains it (default: what the model says)",
    ),
  labels: (): Option =>
    new Option(
      '--labels <names>',
      'class names: a .txt file with one name per line, a .json file, or a list such as a,b,c (default: what the model says)',
    ),
  rule: (): Option => ruleOption('the rule by which the signal goes down to the pixels').default('deconvnet'),
  /** The same for a command that chooses a rule if none is named. */
  chosenRule: (): Option =>
    ruleOption(
      'the rule by which the signal goes down to the pixels (default: guided if projections under deconvnet hardly depend on the picture, otherwise deconvnet)',
    ),
  fallback: (): Option =>
    new Option(
      '--fallback <how>',
      'use the gradient for layers without a mirror (default: stop with an error)',
    ).choices(['gradient']),
  topology: (): Option =>
    new Option(
      '--topology <file>',
      'the layers of a model that is a file of weights alone: what model.to_json() of Keras writes, or a file of the whole model (default: NAME.json beside NAME.h5 or NAME.weights.h5)',
    ),
  import: (): Option =>
    new Option(
      '--import <module>',
      'a module of your own, which is imported before the model is loaded; it can register layer classes, and export mirrors and setup',
    ),
  allowHost: (): Option =>
    new Option(
      '--allow-host <host>',
      "a host from which pictures may be fetched that are URLs: example.org, example.org:8080, or '*.example.org' for its subdomains; can be repeated (default: none)",
    ).argParser(hosts),
  followLinks: (): Option => new Option('--follow-links', 'follow links that lead out of the folder of pictures'),
  limit: (): Option =>
    new Option('--limit <n>', 'the largest number of pictures, spread evenly over the classes').argParser(count),
  contrast: (): Option =>
    new Option(
      '--contrast <how>',
      'the absolute value that is drawn as full black or white: percentile (the 99.5th of the values that are not zero), a percentile from 50 to 100, or max',
    )
      .argParser(contrast)
      .default('percentile'),
  gamma: (): Option =>
    new Option('--gamma <n>', 'the power to which values are raised; below 1, weak values are more visible')
      .argParser(positive)
      .default(1),
  title: (): Option => new Option('--title <text>', 'the heading of the page'),
  out: (what: string): Option => new Option('--out <path>', what).makeOptionMandatory(),
} as const;

function ruleOption(text: string): Option {
  return new Option('--rule <name>', text).choices(['deconvnet', 'guided', 'gradient']);
}

/** Parses a whole number of at least 1. */
export function count(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return value;
}

/** Parses a whole number of at least 0. */
export function index(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number, counted from 0.');
  return Number(text);
}

/** Parses a number of at least 0. */
export function amount(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number of at least 0.');
  return Number(text);
}

/** Parses a number above 0. */
function positive(text: string): number {
  const value = amount(text);
  if (value === 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

/** Parses one of several `--allow-host`. */
function hosts(text: string, before: readonly string[] = []): string[] {
  if (!isHost(text)) throw new InvalidArgumentError(`It must be ${HOST_FORM}.`);
  return [...before, text];
}

/** Parses `--contrast`. */
function contrast(text: string): ContrastChoice['contrast'] {
  if (text === 'percentile' || text === 'max') return text;
  const percentile = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || percentile <= 50 || percentile > 100) {
    throw new InvalidArgumentError('It must be percentile, max, or a number over 50 and at most 100.');
  }
  return percentile;
}

/** Parses names separated by commas. */
export function names(text: string): string[] {
  const list = text.split(',').map((name) => name.trim());
  if (list.some((name) => name === '')) throw new InvalidArgumentError('It must be names separated by commas: a,b.');
  return list;
}
