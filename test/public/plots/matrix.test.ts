import { plotMatrix, plotRanges } from 'deconvnet/plots';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

const words = (plot: Element): string[] => [...plot.querySelectorAll('text')].map((text) => text.textContent ?? '');
const numbers = (element: Element, ...names: readonly string[]): number[] =>
  names.map((name) => Number(element.getAttribute(name)));

describe('plotMatrix', () => {
  const matrix = {
    values: [-10, 0, 5, 2.5, Number.NaN, 10],
    rows: ['map 17', 'map 3'],
    columns: ['cat', 'dog', 'ship'],
  };

  it('draws a cell for each row and column: red falls, blue rises, and a value that is unknown is left out', async () => {
    const plot = await plotMatrix(matrix, { label: 'change', width: 400, document });
    const [back, cells] = [...plot.querySelectorAll('g[aria-label="rect"]')] as Element[];
    expect(back!.querySelectorAll('rect').length).toBe(6);
    const fills = [...cells!.querySelectorAll('rect')].map((rect) => rect.getAttribute('fill'));
    // The ends and the middle of RdBu, as d3 has them.
    expect(fills).toEqual([
      'rgb(103, 0, 31)',
      'rgb(242, 239, 238)',
      expect.any(String),
      expect.any(String),
      'rgb(5, 48, 97)',
    ]);
    const [first, second] = [...cells!.querySelectorAll('rect')] as Element[];
    expect(numbers(second!, 'x')[0]!).toBeGreaterThan(numbers(first!, 'x')[0]!);
    expect(numbers(second!, 'y')).toEqual(numbers(first!, 'y'));
  });

  it('says the values, the names, the ends of the legend and the colour map', async () => {
    const said = words(await plotMatrix(matrix, { label: 'change (points)', document }));
    for (const word of ['−10', '+5', '+2.5', '+10', 'map 17', 'ship', 'change (points) (colours: RdBu)']) {
      expect(said).toContain(word);
    }
    const bare = words(await plotMatrix(matrix, { label: 'change', limit: 20, numbers: false, document }));
    expect(bare).not.toContain('+5');
    expect(bare).toContain('−20');
  });

  it('breaks the words of the legend into lines if the matrix is narrow, and makes room for them', async () => {
    const label = 'mean change of the accuracy without half of the feature maps';
    const one = await plotMatrix(matrix, { label, width: 720, document });
    const two = await plotMatrix(matrix, { label, width: 300, document });
    const heightOf = (plot: Element): number => Number(plot.getAttribute('height'));
    const linesOf = (plot: Element): string[] =>
      [...plot.querySelectorAll('tspan')].map(({ textContent }) => textContent);
    expect(linesOf(one)).toEqual([]);
    const lines = linesOf(two);
    expect(lines.join(' ')).toBe(`${label} (colours: RdBu)`);
    expect(lines.length).toBeGreaterThan(1);
    expect(heightOf(two) - heightOf(one)).toBeGreaterThanOrEqual(15 * (lines.length - 1));
  });

  it('is white everywhere if nothing changes', async () => {
    const plot = await plotMatrix({ values: [0], rows: ['a'], columns: ['b'] }, { label: 'change', document });
    expect(plot.querySelectorAll('g[aria-label="rect"]')[1]!.querySelector('rect')!.getAttribute('fill')).toBe(
      'rgb(242, 239, 238)',
    );
  });
});

describe('plotRanges', () => {
  it('draws a dot at each mean, a line of one deviation to both sides, and controls as circles', async () => {
    const ranges = [
      { name: 'nose', mean: 2, deviation: 1, colour: '#4269d0', control: { mean: 3, deviation: 0.5 } },
      { name: 'eye', mean: 4, deviation: 0 },
    ];
    const plot = await plotRanges(ranges, { label: 'Delta', domain: [0, 10], width: 400, document });
    const [controls, dots] = [...plot.querySelectorAll('g[aria-label="dot"]')] as Element[];
    const [nose, eye] = [...dots!.querySelectorAll('circle')].map((dot) => numbers(dot, 'cx')[0]!);
    expect(controls!.querySelectorAll('circle').length).toBe(1);
    const [line] = [...[...plot.querySelectorAll('g[aria-label="rule"]')].at(-1)!.querySelectorAll('line')];
    const [low, high] = numbers(line!, 'x1', 'x2') as [number, number];
    // Two units between the means, and one to each side of the first.
    expect(nose! - low).toBeCloseTo((eye! - nose!) / 2, 6);
    expect(high - nose!).toBeCloseTo((eye! - nose!) / 2, 6);
    expect(words(plot)).toEqual(expect.arrayContaining(['nose', 'eye', 'Delta']));
  });
});
