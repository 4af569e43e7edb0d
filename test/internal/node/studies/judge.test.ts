import { describe, expect, it } from 'vitest';
import { greaterOf, judge } from '../../../../src/node/studies/sanity/judge.js';
import { ruleText } from '../../../../src/node/studies/sanity/verdict-text.js';
import type { LikenessSummary } from '../../../../src/studies/sanity/summarize-likeness.js';

/** A mean of two comparisons with these rank correlations. */
const summary = (signed: number, absolute: number): LikenessSummary => ({
  ...{ rule: 'guided', count: 2, empty: 0 },
  likeness: {
    signed: { rankCorrelation: signed, structuralSimilarity: 0.5 },
    absolute: { rankCorrelation: absolute, structuralSimilarity: 0.5 },
  },
});

describe('judge', () => {
  it('puts figures on the scale from unrelated to equal, and lets the greater one decide', () => {
    const judged = judge(summary(0.4, 0.9), summary(-0.2, 0.6));
    expect(judged).toEqual({ verdict: 'alike', signed: expect.closeTo(0.5, 9), absolute: expect.closeTo(0.75, 9) });
    expect(greaterOf(judged)).toBeCloseTo(0.75, 9);
    expect(judge(summary(0.5, 0.5), summary(0, 0.5)).verdict).toBe('partly alike');
    expect(judge(summary(0.1, 0.5), summary(0, 0.5)).verdict).toBe('unlike');
    expect(judge(summary(-1, 0.3), summary(0, 0.5))).toMatchObject({ verdict: 'unlike', signed: -1 });
  });

  it('leaves out the figure with signs where it is told so', () => {
    expect(judge(summary(1, 0.25), summary(0, 0), ['absolute'])).toEqual({
      ...{ verdict: 'unlike', signed: null, absolute: 0.25 },
    });
  });

  it('takes the limits as alike and partly alike', () => {
    expect(judge(summary(0.7, 0), summary(0, 0)).verdict).toBe('alike');
    expect(judge(summary(0.3, 0), summary(0, 0)).verdict).toBe('partly alike');
  });

  it('says what is empty, and what cannot be known', () => {
    const empty: LikenessSummary = { rule: 'guided', count: 2, empty: 2 };
    expect(judge(empty, summary(0, 0))).toEqual({ verdict: 'empty', signed: null, absolute: null });
    expect(judge(summary(0.5, 0.5), empty).verdict).toBe('unknown');
    expect(judge(summary(Number.NaN, 0.9), summary(0, 0))).toEqual({ verdict: 'alike', signed: null, absolute: 0.9 });
    expect(judge(summary(0.5, 0.5), summary(1, 1)).verdict).toBe('unknown');
  });
});

describe('ruleText', () => {
  const unlike = { verdict: 'unlike', signed: 0.1, absolute: 0 } as const;
  const alike = { verdict: 'alike', signed: 0.9, absolute: null } as const;

  it('speaks of what was compared alone', () => {
    const judged = { rule: 'deconvnet', upperHalf: undefined, classes: undefined, allRandom: unlike, edges: alike };
    const text = ruleText(
      { ...judged, switchesAlone: unlike, weightsAlone: unlike },
      { layers: 1, upper: undefined, hasSwitches: false },
    );
    expect(text).toMatch(/random weights in the only layer, the projection and the real one are unlike \(0\.10\)/);
    expect(text).toMatch(/edges of the picture are alike \(0\.90\)\. An edge detector would have shown much the same/);
    expect(text).not.toMatch(/switches|masks|classes/);
  });

  it('names the switches and masks that are real', () => {
    const judged = { rule: 'guided', upperHalf: alike, classes: alike, allRandom: unlike, edges: unlike };
    const text = ruleText(
      { ...judged, switchesAlone: alike, weightsAlone: unlike },
      { layers: 4, upper: 2, hasSwitches: true },
    );
    expect(text).toMatch(/the upper 2 of 4 layers, .* alike \(0\.90\)\. So a projection by this rule shows little/);
    expect(text).toMatch(/but the real switches and masks, they are alike \(0\.90\), so most of it is owed to the way/);
    expect(text).toMatch(/different classes are alike \(0\.90\)\. So they do not show why/);
  });
});
