import { expect, it } from 'vitest';
import { sequentialColour } from '../../../src/render/colour-map.js';

/** CIELAB of an sRGB colour, D65, from its definition: another space than the one that the map is made in. */
function labOf(rgb: readonly number[]): [number, number, number] {
  const [r, g, b] = rgb.map((level) => {
    const share = level / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const xyz = [
    (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047,
    0.2126729 * r + 0.7151522 * g + 0.072175 * b,
    (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883,
  ];
  const [x, y, z] = xyz.map((t) => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29)) as [
    number,
    number,
    number,
  ];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const colours = Array.from({ length: 101 }, (_, i) => sequentialColour(i / 100));

it('is inside sRGB everywhere, dark for 0 and bright for 1', () => {
  for (const level of colours.flat()) {
    expect(level).toBeGreaterThanOrEqual(0);
    expect(level).toBeLessThanOrEqual(255);
  }
  expect(labOf(colours[0]!)[0]).toBeLessThan(6);
  expect(labOf(colours[100]!)[0]).toBeGreaterThan(92);
});

it('rises evenly in lightness, with steps that look alike', () => {
  const labs = colours.map(labOf);
  const steps = labs.slice(1).map((lab, i) => ({
    lightness: lab[0] - labs[i]![0],
    distance: Math.hypot(...lab.map((value, axis) => value - labs[i]![axis]!)),
  }));
  for (const { lightness, distance } of steps) {
    // 100 steps over a lightness of about 90. CIELAB itself is only roughly uniform.
    expect(lightness).toBeGreaterThan(0.5);
    expect(lightness).toBeLessThan(1.4);
    expect(distance).toBeGreaterThan(0.7);
    expect(distance).toBeLessThan(2.4);
  }
});
