import type { Deconvnet, InputFormatName } from 'deconvnet';
import type { Library } from './load-library.js';
import { type Accuracy, accuracyOf, checkLabels, type Prediction, type PredictOptions, predict } from './predict.js';
import { startProgress } from './progress.js';
import { percent, type Terminal, table } from './terminal.js';

/** How well the model does under one input format. */
export interface ComparedFormat extends Accuracy {
  readonly name: string;
  /** Whether it is the one in force. */
  readonly now: boolean;
}

/** What to compare. */
export interface Comparison {
  readonly deconvnet: Deconvnet;
  readonly labels: readonly string[];
  readonly pictures: Parameters<Library['readPictures']>[0] & readonly unknown[];
  readonly limits: PredictOptions;
  /** The predictions under the format in force, where one is. */
  readonly now: readonly Prediction[] | undefined;
  readonly terminal: Terminal;
}

/** The accuracy under the format in force and under each named one; empty where no folder is a class. */
export async function compareFormats(library: Library, comparison: Comparison): Promise<ComparedFormat[]> {
  const { deconvnet, labels, pictures, limits, now, terminal } = comparison;
  const { model, inputFormat } = deconvnet;
  const found: ComparedFormat[] = [];
  if (now) found.push({ name: inputFormat?.name ?? '', now: true, ...accuracyOf(now, labels) });
  if (found[0]?.pictures === 0) return [];
  const names = Object.keys(library.inputFormats) as InputFormatName[];
  const others = names.filter((name) => name !== inputFormat?.name);
  const each = Math.min(limits.limit, pictures.length);
  const progress = startProgress(terminal, 'Trying other input formats', others.length * each);
  try {
    for (const [i, input] of others.entries()) {
      const other = new library.Deconvnet(model, { input, labels });
      const onProgress = (done: number): void => progress.update(i * each + done);
      const predictions = await predict(library, other, pictures, { ...limits, onProgress });
      other.dispose();
      if (!predictions) return [];
      checkLabels(predictions, labels);
      found.push({ name: input, now: false, ...accuracyOf(predictions, labels) });
    }
  } finally {
    progress.stop();
  }
  return found.some((one) => one.pictures > 0) ? found : [];
}

/** The comparison as lines. */
export function formatRows(compared: readonly ComparedFormat[], classes: number): string {
  const best = Math.max(...compared.map(({ hits, pictures }) => hits / pictures));
  const rows = compared.map(({ name, now, hits, pictures }) => [
    now ? `  as it is now (${name})` : `  --input ${name}`,
    percent(hits / pictures),
    `${hits} of ${pictures}`,
    hits / pictures === best && best > 2 / classes ? 'best' : '',
  ]);
  return `\naccuracy (by chance ${percent(1 / classes)})\n${table(rows)}`;
}
