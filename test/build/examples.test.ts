import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { start } from './child.js';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));

/** What each script prints in the end, whatever the random numbers in it. If there are two groups, they are equal numbers. */
const LAST_LINE: Readonly<Record<string, RegExp>> = {
  'custom-mirror.mjs': /^feature map \d+ at \d+,\d+ sees \{ start: \[.*\], size: \[ 19, 19 \] \}$/,
  'mixed-rules.mjs': /^-> out\/mixed-rules\.png: /,
  'project.mjs': /^feature map 29 at 3,1: 5\.\d+ -> out\/project\.png$/,
  'swish-parameter.mjs': /^b = 3: activation -?\d\.\d+, largest pixel Float32Array\(1\) \[ 0\.\d+ \]$/,
  'z-plus.mjs': /^dense3: activation (\d\.\d{5}), sum over the pixels Float32Array\(1\) \[ (\d\.\d+) \]$/,
};

describe('the examples', () => {
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.mjs'));

  it.each(scripts)('%s runs to its end and prints what it says', async (name) => {
    // Scripts import the package by its name and read files from the root of the project, where tests run too.
    const { code, out, err } = await start([`${folder}${name}`]).ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const last = out.trimEnd().split('\n').at(-1)!;
    expect(last).toMatch(LAST_LINE[name]!);
    const [, one, other] = LAST_LINE[name]!.exec(last)!;
    // The first is rounded to five decimals.
    if (other !== undefined) expect(Math.abs(Number(one) - Number(other))).toBeLessThan(1e-5);
  });

  it('are listed in examples/README.md, each on a line of its own', () => {
    const page = readFileSync(`${folder}README.md`, 'utf8');
    const listed = [...page.matchAll(/^\| \[`(.+?)`\]\(.+?\) \|/gm)].map(([, name]) => name!);
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(listed.sort()).toEqual([...scripts, ...folders.map(({ name }) => `${name}/`)].sort());
  });
});
