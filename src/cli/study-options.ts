import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ReadPicturesOptions, WriteStudyOptions } from 'deconvnet/node';
import type { Fill } from 'deconvnet/studies';
import { type ContrastChoice, count, type ModelOptions, options } from './options.js';
import type { PictureOptions, Reading } from './picture-options.js';

/** The options of every command that writes a study. */
export interface StudyChoice extends ModelOptions, PictureOptions, Partial<ContrastChoice> {
  readonly out: string;
  readonly title?: string;
  readonly limit?: number;
  readonly followLinks?: boolean;
  readonly batchSize: number;
}

/** What every command of a study hands to the function of `deconvnet/node`, before the study begins. */
export interface StudySettings
  extends Pick<WriteStudyOptions, 'out' | 'title' | 'command' | 'versions' | 'date'>,
    Reading,
    Pick<ReadPicturesOptions, 'limit' | 'followLinks'>,
    Partial<ContrastChoice> {
  readonly batchSize: number;
}

/** What is handed to it when the study begins. */
export type StudyCallbacks = Pick<WriteStudyOptions, 'onCost' | 'onProgress' | 'signal'>;

/**
 * Adds the options that every study has, in the order in which the help shows them.
 *
 * @param how `projects`: whether the study projects activations; if not, it has no options for drawing and for the way down.
 * `rule`: the option of the rule; false if the study compares all rules
 */
export function addStudyOptions(
  command: Command,
  { projects = true, rule = options.rule() }: { readonly projects?: boolean; readonly rule?: Option | false } = {},
): Command {
  const drawing = [options.contrast(), options.gamma()];
  const down = [...(rule ? [rule] : []), options.fallback()];
  const all = [
    options.limit(),
    options.followLinks(),
    options.allowHost(),
    new Option('--max-pixels <n>', 'refuse pictures with more pixels (default: 16383 x 16383)').argParser(count),
    new Option('--batch-size <n>', 'how many pictures run together').argParser(count).default(16),
    options.title(),
    ...(projects ? drawing : []),
    options.input(),
    options.labels(),
    ...(projects ? down : []),
    options.topology(),
    options.import(),
    options.backend(),
  ];
  for (const one of all) command.addOption(one);
  return command;
}

/** The option that chooses the pictures which are studied one by one. */
export function picturesOption(what: string, usual: number | string): Option {
  return new Option(
    '--pictures <which>',
    `${what}: how many, evenly over the classes, or ids (paths in the folder) separated by commas (default: ${usual})`,
  ).argParser((text) => (/^[1-9]\d*$/.test(text) ? Number(text) : text.split(',')));
}

/** The option that decides what is random. */
export function seedOption(what: string): Option {
  return new Option('--seed <n>', `a whole number that decides ${what}`).argParser(wholeNumber).default(0);
}

/** The option that says what covers pixels, or comes in from outside. */
export function fillOption(what: string): Option {
  return new Option(
    '--fill <how>',
    `${what}: grey, mean (the mean colour of the picture), or numbers in the units of the model's input, one for each channel or one for all, separated by commas (default: grey)`,
  ).argParser(fill);
}

function wholeNumber(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function fill(text: string): Fill {
  if (text === 'grey' || text === 'mean') return text;
  const values = text.split(',').map(Number);
  if (text.trim() === '' || !values.every(Number.isFinite)) {
    throw new InvalidArgumentError('It must be grey, mean, or numbers separated by commas.');
  }
  return values.length === 1 ? values[0]! : values;
}
