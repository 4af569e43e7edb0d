import { type CurveOptions, plotCurves } from 'deconvnet/plots';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';

const { document } = parseHTML('<!doctype html><html><body></body></html>');
const axes = { x: 'shift (pixels)', y: 'distance', document };
const curves = [
  {
    name: 'conv1',
    points: [
      [0, 0],
      [1, 3],
      [2, 4],
    ] as const,
  },
  { name: 'empty', points: [] },
  {
    name: 'conv2',
    points: [
      [0, 0],
      [1, 1],
      [2, 2],
    ] as const,
  },
];

const draw = (options: Partial<CurveOptions> = {}, some = curves as Parameters<typeof plotCurves>[0]) =>
  plotCurves(some, { ...axes, ...options });

/** The curves of a plot: the colour, and the places of the points. */
function drawn(plot: Element): { readonly colour: string | null; readonly points: number[][] }[] {
  return [...plot.querySelectorAll('g[aria-label="line"] path')].map((path) => ({
    colour: path.getAttribute('stroke'),
    points: path
      .getAttribute('d')!
      .split(/[ML]/)
      .slice(1)
      .map((point) => point.split(',').map(Number)),
  }));
}

const words = (plot: Element): string[] => [...plot.querySelectorAll('text')].map((text) => text.textContent ?? '');

describe('plotCurves', () => {
  it('draws each curve through its points, on the same axes', async () => {
    const [first, second] = drawn(await draw());
    expect(first!.points.map(([x]) => x)).toEqual(second!.points.map(([x]) => x));
    const [low, middle, high] = first!.points.map(([, y]) => y!);
    // 3 of 4 is three quarters of the way up.
    expect((low! - middle!) / (low! - high!)).toBeCloseTo(0.75, 6);
    expect(second!.points.at(-1)![1]).toBeCloseTo((low! + high!) / 2, 6);
  });

  it('says what the axes are', async () => {
    expect(words(await draw())).toEqual(expect.arrayContaining(['shift (pixels)', 'distance', 'conv1', 'conv2']));
  });

  it('keeps the colour of a curve if another one has no points', async () => {
    expect(drawn(await draw()).map(({ colour }) => colour)).toEqual(['#4269d0', '#ff725c']);
  });

  it('leaves a gap where a value is not finite', async () => {
    const points = [
      [0, 0],
      [1, 1],
      [2, Number.NaN],
      [3, 1],
      [4, 2],
    ] as const;
    const plot = await draw({}, [{ name: 'a', points }]);
    const path = plot.querySelector('g[aria-label="line"] path')!.getAttribute('d')!;
    expect([path.match(/M/g)!.length, path.match(/[ML]/g)!.length]).toEqual([2, 4]);
  });

  it('moves names apart that would overlap, and keeps them inside', async () => {
    const close = Array.from({ length: 8 }, (_, i) => ({
      name: `name ${i}`,
      points: [
        [0, 0],
        [1, 1 - i / 1000],
      ] as const,
    }));
    const plot = await draw({ height: 260 }, close);
    const places = [...plot.querySelectorAll('text')]
      .filter(({ textContent }) => textContent?.startsWith('name'))
      .map((text) => Number(/,(-?[\d.]+)\)/.exec(text.getAttribute('transform')!)![1]))
      .sort((a, b) => a - b);
    expect(places).toHaveLength(8);
    for (const [i, place] of places.slice(1).entries()) expect(place - places[i]!).toBeGreaterThan(14);
    expect(places[0]).toBeGreaterThan(0);
    expect(places.at(-1)).toBeLessThan(260);
  });

  it('leaves out the names if it is told to, and gives their place to the curves', async () => {
    const [without, withNames] = [await draw({ names: false }), await draw()];
    expect(words(without)).not.toContain('conv1');
    const end = (plot: Element): number => drawn(plot)[0]!.points.at(-1)![0]!;
    expect(end(without)).toBeGreaterThan(end(withNames) + 20);
  });

  it('draws a level with its name, also above the curves, and marks the given ticks', async () => {
    const plot = await draw({ level: { name: 'another picture', y: 5 }, ticks: [0, 2] });
    expect(words(plot)).toEqual(expect.arrayContaining(['another picture', '0', '2']));
    expect(words(plot)).not.toContain('1.0');
    // Between whole numbers there would be room for halves.
    const close = words(await draw({ ticks: [0, 1, 2, -0.5] }));
    expect(close).toEqual(expect.arrayContaining(['0', '1', '2', '−0.5']));
    const level = plot.querySelector('g[stroke-dasharray] line')!;
    const highest = Math.min(...drawn(plot).flatMap(({ points }) => points.map(([, y]) => y!)));
    expect(Number(level.getAttribute('y1'))).toBeLessThan(highest);
  });
});
