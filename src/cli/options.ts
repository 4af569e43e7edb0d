import { InvalidArgumentError, Option } from 'commander';
import type { NodeBackend } from '../node/peers.js';

/** What every command that loads a model takes. */
export interface ModelOptions {
  readonly backend: NodeBackend;
  readonly input?: string;
  readonly labels?: string;
  readonly rule?: 'deconvnet' | 'guided' | 'gradient';
  readonly fallback?: 'gradient';
  readonly import?: string;
}

/** Options that several commands share. */
export const options = {
  backend: (): Option =>
    new Option('--backend <name>', 'what computes: wasm is fast, webgpu wants a graphics card')
      .choices(['wasm', 'cpu', 'webgpu'])
      .default('wasm'),
  input: (): Option =>
    new Option(
      '--input <format>',
      "how a picture becomes the model's input: tf, torch, caffe, unit, raw, or JSON { scale, mean, std, channels, fit }, or a .json file of it (default: what the model says)",
    ),
  labels: (): Option =>
    new Option(
      '--labels <names>',
      'class names: a .txt file (one a line), a .json file, or a,b,c (default: what the model says)',
    ),
  rule: (): Option =>
    new Option('--rule <name>', 'how the signal comes down')
      .choices(['deconvnet', 'guided', 'gradient'])
      .default('deconvnet'),
  fallback: (): Option =>
    new Option('--fallback <how>', 'take the gradient of layers that have no mirror (default: stop)').choices([
      'gradient',
    ]),
  import: (): Option =>
    new Option(
      '--import <module>',
      'a module of your own, imported before the model is loaded: it registers layer classes, and may export mirrors and setup',
    ),
  limit: (): Option =>
    new Option('--limit <n>', 'at most so many pictures, an even spread over classes').argParser(count),
  out: (what: string): Option => new Option('--out <path>', what).makeOptionMandatory(),
} as const;

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

/** Parses names between commas. */
export function names(text: string): string[] {
  const list = text.split(',').map((name) => name.trim());
  if (list.some((name) => name === '')) throw new InvalidArgumentError('It must be names between commas: a,b.');
  return list;
}
