import { describe, expect, it } from 'vitest';
import { emptyText, figureCells, figureRows } from '../../../../src/node/studies/sanity/page-tables.js';
import { again, kept } from '../../../../src/node/studies/sanity/sanity-records.js';

const likeness = {
  signed: { rankCorrelation: -0.004, structuralSimilarity: 0.5 },
  absolute: { rankCorrelation: Number.NaN, structuralSimilarity: -0.25 },
};

describe('the tables of the sanity check', () => {
  it('have two rows for a rule, with a word where nothing could be compared', () => {
    const rows = figureRows('guided', [
      { rule: 'guided', count: 2, empty: 0, likeness },
      { rule: 'guided', count: 2, empty: 2 },
      { rule: 'guided', count: 0, empty: 0 },
    ]);
    expect(rows).toEqual([
      ['guided, with signs', '0.00 · 0.50', 'empty', '–'],
      ['guided, absolute', '– · −0.25', 'empty', '–'],
    ]);
  });

  it('leave a cell of a CSV file empty for a number that is none', () => {
    expect(figureCells(likeness)).toEqual({
      ...{ rank_correlation_signed: -0.004, rank_correlation_absolute: '' },
      ...{ ssim_signed: 0.5, ssim_absolute: -0.25 },
    });
    expect(new Set(Object.values(figureCells(undefined)))).toEqual(new Set(['']));
  });

  it('count the empty projections of each rule', () => {
    const rules = ['deconvnet', 'guided'].map((rule, i) => ({ rule, empty: i, count: 4 }));
    expect(emptyText(rules.slice(0, 1))).toBe('No projection was empty.');
    expect(emptyText(rules)).toMatch(/do not count in the means: deconvnet 0 of 4 and guided 1 of 4\.$/);
  });
});

describe('a comparison that is kept', () => {
  it('survives JSON, also with NaN, and also without figures', () => {
    const through = (one: Parameters<typeof kept>[0]) => again(JSON.parse(JSON.stringify(kept(one))));
    expect(through({ rule: 'guided', likeness })).toEqual({ rule: 'guided', likeness });
    expect(through({ rule: 'guided' })).toEqual({ rule: 'guided' });
  });
});
