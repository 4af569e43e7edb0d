import { plotClassMap, plotValueMap } from 'deconvnet/plots';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

interface Rect {
  readonly fill: string;
  readonly box: readonly number[];
}

/** The groups of rectangles of a plot, in order. */
function groupsOf(plot: Element): Rect[][] {
  return [...plot.querySelectorAll('g[aria-label="rect"]')].map((group) =>
    [...group.querySelectorAll('rect')].map((rect) => ({
      fill: rect.getAttribute('fill') ?? '',
      box: ['x', 'y', 'width', 'height'].map((name) => Number(rect.getAttribute(name))),
    })),
  );
}

const words = (plot: Element): string[] => [...plot.querySelectorAll('text')].map((text) => text.textContent ?? '');

describe('plotValueMap', () => {
  const map = { values: [0, 1, 2, 3, 4, 8], height: 2, width: 3 };

  it('draws a square for each cell, row by row, from the darkest to the brightest colour of viridis', async () => {
    const [cells] = groupsOf(await plotValueMap(map, { label: 'activity', width: 300, document }));
    expect(cells!.map(({ box }) => box)).toEqual([
      [0, 0, 100, 100],
      [100, 0, 100, 100],
      [200, 0, 100, 100],
      [0, 100, 100, 100],
      [100, 100, 100, 100],
      [200, 100, 100, 100],
    ]);
    // The ends of viridis, as its makers published them.
    expect(cells![0]!.fill).toBe('#440154');
    expect(cells![5]!.fill).toBe('#fde725');
  });

  it('has a legend with the least and the greatest value, the label and the name of the colour map', async () => {
    const plot = await plotValueMap(map, { label: 'activity', document });
    expect(words(plot)).toEqual(['0', 'activity (colours: viridis)', '8']);
    expect(groupsOf(plot)[1]!.length).toBe(64);
  });

  it('gives a domain the same colours, whatever the values are', async () => {
    const [cells] = groupsOf(await plotValueMap(map, { label: 'activity', domain: [0, 16], document }));
    const [all] = groupsOf(await plotValueMap(map, { label: 'activity', domain: [0, 8], document }));
    expect(cells![5]!.fill).toBe(all![4]!.fill);
  });

  it('draws a map whose values are all equal', async () => {
    const [cells] = groupsOf(await plotValueMap({ ...map, values: Array(6).fill(0) }, { label: 'activity', document }));
    expect(new Set(cells!.map(({ fill }) => fill)).size).toBe(1);
    expect(cells![0]!.fill).toMatch(/^(rgb|#)/);
  });
});

describe('plotClassMap', () => {
  const nameOf = (index: number): string => ['cat', 'dog', 'car'][index]!;

  it('gives the same colour to cells of the same class, and names the classes, the commonest first', async () => {
    const classes = [1, 1, 1, 0, 2, 0];
    const plot = await plotClassMap({ classes, height: 2, width: 3 }, { nameOf, document });
    const [cells, legend] = groupsOf(plot);
    const colours = [1, 0, 2].map((index) => cells![classes.indexOf(index)]!.fill);
    expect(new Set(colours).size).toBe(3);
    expect(cells!.map(({ fill }) => fill)).toEqual(classes.map((index) => colours[[1, 0, 2].indexOf(index)]));
    expect(words(plot)).toEqual(['dog (3)', 'cat (2)', 'car (1)']);
    expect(legend!.map(({ fill }) => fill)).toEqual(colours);
  });

  it('gives grey to the classes for which there is no colour', async () => {
    const classes = [0, 0, 0, 1, 1, 2, 3, 3];
    const plot = await plotClassMap({ classes, height: 2, width: 4 }, { most: 2, document });
    const [cells] = groupsOf(plot);
    expect(words(plot)).toEqual(['0 (3)', '1 (2)', '2 other classes (3)']);
    expect(new Set(cells!.slice(5).map(({ fill }) => fill)).size).toBe(1);
    expect(cells![5]!.fill).not.toBe(cells![0]!.fill);
  });
});

it('a plot in Node needs a document', async () => {
  const drawn = plotValueMap({ values: [1], height: 1, width: 1 }, { label: 'activity' });
  await expect(drawn).rejects.toMatchObject({ code: 'invalid-option', message: expect.stringMatching(/linkedom/) });
});
