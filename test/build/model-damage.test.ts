import { expect, inject, it } from 'vitest';
import { loadDamaged } from './load-damaged.js';

/** How many damaged models are loaded. */
const COUNT = inject('long') ? 40_000 : 840;

/** What the process says of a model, before it loads it and after. */
interface Said {
  readonly seed: number;
  readonly way: string;
  readonly form: string;
  readonly kind: string;
  readonly begins?: true;
  readonly loads?: true;
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
}

it('a damaged model loads, or is refused in words of ours: it never hangs, fills the memory or shows an error of TensorFlow.js', async () => {
  const { said, end } = await loadDamaged<Said>('damage-run.mjs', 0, COUNT);
  expect(end, `at ${JSON.stringify(said.at(-1))}`).toBe('');
  const done = said.filter(({ begins }) => !begins);
  expect(done).toHaveLength(2 * COUNT);
  const raw = done.filter(
    ({ loads, name, message = '' }) =>
      !loads &&
      (name !== 'DeconvnetError' || /Cannot read prop|is not a function|is not iterable|undefined \(/.test(message)),
  );
  expect(raw).toEqual([]);
  expect(done.filter(({ loads }) => loads).length).toBeGreaterThan(COUNT / 5);
  // Both ways load the same models, and refuse the others for the same reason.
  const outcomes = (way: string): (string | undefined)[] =>
    done.filter((one) => one.way === way).map(({ code }) => code);
  expect(outcomes('throughKeras3')).toEqual(outcomes('fromDisk'));
  for (const code of ['model-unreadable', 'weights-mismatch', 'unsupported-layer']) {
    expect(
      done.some((one) => one.code === code),
      code,
    ).toBe(true);
  }
  // Each kind of damage was done to each form of file, and did something.
  const refused = new Set(done.filter(({ loads }) => !loads).map(({ form, kind }) => `${kind}: ${form}`));
  expect(refused.size).toBeGreaterThan(30);
});
