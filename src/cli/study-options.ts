import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ReadPicturesOptions, WriteStudyOptions } from 'deconvnet/node';
import { type ContrastChoice, count, type ModelOptions, options } from './options.js';
import type { PictureOptions, Reading } from './picture-options.js';

/** The options of every command that writes a study. */
export interface StudyChoice extends ModelOptions, PictureOptions, ContrastChoice {
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
    ContrastChoice {
  readonly batchSize: number;
}

/** What is handed to it when the study begins. */
export type StudyCallbacks = Pick<WriteStudyOptions, 'onCost' | 'onProgress' | 'signal'>;

/**
 * Adds the options that every study has, in the order in which the help shows them.
 *
 * @param choice whether the user chooses the rule. Default: true. A study that compares all rules has no such choice
 */
export function addStudyOptions(command: Command, { rule = true }: { readonly rule?: boolean } = {}): Command {
  command
    .addOption(options.limit())
    .addOption(options.followLinks())
    .addOption(options.allowHost())
    .addOption(
      new Option('--max-pixels <n>', 'refuse pictures with more pixels (default: 16383 x 16383)').argParser(count),
    )
    .addOption(new Option('--batch-size <n>', 'how many pictures run together').argParser(count).default(16))
    .addOption(options.title())
    .addOption(options.contrast())
    .addOption(options.gamma())
    .addOption(options.input())
    .addOption(options.labels());
  if (rule) command.addOption(options.rule());
  return command
    .addOption(options.fallback())
    .addOption(options.topology())
    .addOption(options.import())
    .addOption(options.backend());
}

/** The option that chooses the pictures which are studied one by one. */
export function picturesOption(what: string, usual: number): Option {
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

function fill(text: string): 'grey' | 'mean' | readonly number[] | number {
  if (text === 'grey' || text === 'mean') return text;
  const values = text.split(',').map(Number);
  if (text.trim() === '' || !values.every(Number.isFinite)) {
    throw new InvalidArgumentError('It must be grey, mean, or numbers separated by commas.');
  }
  return values.length === 1 ? values[0]! : values;
}
