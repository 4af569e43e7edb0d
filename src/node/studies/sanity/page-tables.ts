import type { LikenessSummary } from '../../../studies/sanity/summarize-likeness.js';
import type { Cell } from '../kit/study-folder.js';
import type { Html } from '../kit/study-page.js';
import type { KeptLikeness } from './sanity-records.js';
import { listed, number } from './words.js';

/** The link to all results, below each section. */
export const JSON_LINK = ['sanity.json', 'all results (JSON)'] as const;

/** What the cells of `figureRows` are. */
export const FIGURES_CAPTION = 'Rank correlation · SSIM. With signs, and of absolute values.';

/** Two rows of a table for a rule: figures with signs, and those of absolute values. */
export function figureRows(rule: string, summaries: readonly LikenessSummary[]): Html[][] {
  return (['signed', 'absolute'] as const).map((kind) => [
    `${rule}, ${kind === 'signed' ? 'with signs' : 'absolute'}`,
    ...summaries.map(({ likeness, count, empty }) => {
      if (!likeness) return count > 0 && count === empty ? 'empty' : '–';
      const { rankCorrelation, structuralSimilarity } = likeness[kind];
      return `${number(rankCorrelation)} · ${number(structuralSimilarity)}`;
    }),
  ]);
}

/** The four figures as cells of a CSV file; empty cells if nothing could be compared. */
export function figureCells(likeness: KeptLikeness | undefined): Record<string, Cell> {
  const cell = (value: number | null | undefined): Cell => (Number.isFinite(value) ? value : '');
  return {
    rank_correlation_signed: cell(likeness?.signed.rankCorrelation),
    rank_correlation_absolute: cell(likeness?.absolute.rankCorrelation),
    ssim_signed: cell(likeness?.signed.structuralSimilarity),
    ssim_absolute: cell(likeness?.absolute.structuralSimilarity),
  };
}

/** How many projections of each rule were empty. */
export function emptyText(
  rules: readonly { readonly rule: string; readonly empty: number; readonly count: number }[],
): string {
  if (rules.every(({ empty }) => empty === 0)) return 'No projection was empty.';
  const counts = rules.map(({ rule, empty, count }) => `${rule} ${empty} of ${count}`);
  return `Projections that are zero everywhere are empty. They have no figures, and do not count in the means: ${listed(counts)}.`;
}
