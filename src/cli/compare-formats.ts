import type { Deconvnet, InputFormatName } from 'deconvnet';
import type { Head } from '../studies/kit/heads.js';
import { type Accuracy, accuracyOf } from './accuracy.js';
import type { Library } from './load-library.js';
import { type Prediction, type PredictOptions, predict } from './predict.js';
import { startProgress } from './progress.js';
import { percent, type Terminal, table } from './terminal.js';

/** The accuracy of one output with one input format. */
export interface ComparedFormat extends Accuracy {
  readonly name: string;
  /** Whether it is the format in use. */
  readonly now: boolean;
}

/** What to compare. */
export interface Comparison {
  readonly deconvnet: Deconvnet;
  /** The outputs whose classes have names. */
  readonly heads: readonly Head[];
  readonly labels: readonly string[];
  readonly pictures: Parameters<Library['readPictures']>[0] & readonly unknown[];
  /** Whether they are signals, which no input format changes. */
  readonly areSignals: boolean;
  readonly limits: PredictOptions;
  /** The predictions with the format in use, if there is one. */
  readonly now: readonly Prediction[] | undefined;
  readonly terminal: Terminal;
}

/** For each output, its accuracy with the format in use and with each named format; empty if no folder is a class. */
export async function compareFormats(library: Library, comparison: Comparison): Promise<ComparedFormat[][]> {
  const { deconvnet, heads, labels, pictures, areSignals, limits, now, terminal } = comparison;
  const { model, inputFormat } = deconvnet;
  const found: ComparedFormat[][] = heads.map(() => []);
  const note = (predictions: readonly Prediction[], name: string, isNow: boolean): void =>
    heads.forEach((head, i) => {
      found[i]!.push({ name, now: isNow, ...accuracyOf(predictions, head, labels) });
    });
  if (now) note(now, inputFormat?.name ?? '', true);
  if (found[0]?.[0]?.pictures === 0) return heads.map(() => []);
  const names = Object.keys(library.inputFormats) as InputFormatName[];
  const others = areSignals ? [] : names.filter((name) => name !== inputFormat?.name);
  if (others.length === 0) return found;
  const each = Math.min(limits.limit, pictures.length);
  const progress = startProgress(terminal, 'Trying other input formats', others.length * each);
  try {
    for (const [i, input] of others.entries()) {
      const other = new library.Deconvnet(model, { input, labels });
      const onProgress = (done: number): void => progress.update(i * each + done);
      note(await predict(library, { deconvnet: other, heads }, pictures, { ...limits, onProgress }), input, false);
      other.dispose();
    }
  } finally {
    progress.stop();
  }
  return found.map((rows) => (rows.some(({ pictures }) => pictures > 0) ? rows : []));
}

/**
 * Writes the comparison as lines of text.
 *
 * @param of names the output if there are several, such as " of 'animal'"
 */
export function formatRows(compared: readonly ComparedFormat[], classes: number, of: string): string {
  const best = Math.max(...compared.map(({ hits, pictures }) => hits / pictures));
  const rows = compared.map(({ name, now, hits, pictures }) => [
    now ? `  as it is now${name === '' ? '' : ` (${name})`}` : `  --input ${name}`,
    percent(hits / pictures),
    `${hits} of ${pictures}`,
    compared.length > 1 && hits / pictures === best && best > 1 / classes ? 'best' : '',
  ]);
  return `\naccuracy${of} (by chance ${percent(1 / classes)})\n${table(rows)}`;
}
