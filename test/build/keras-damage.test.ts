import { expect, inject, it } from 'vitest';
import { loadDamaged } from './load-damaged.js';

/** How many damaged files are loaded. */
const COUNT = inject('long') ? 40_000 : 900;

/** How many of them one process loads. After about 40,000, the memory of the HDF5 library is broken, and it says so. */
const IN_ONE_PROCESS = 10_000;

/** What the process may use, with Node.js, TensorFlow.js and the HDF5 library. */
const MEGABYTES = 600;

/** What the process says of a file, before it loads it and after. */
interface Said {
  readonly seed: number;
  readonly way: 'fromDisk' | 'fromBytes';
  readonly form: string;
  readonly kind: string;
  readonly begins?: true;
  readonly loads?: true;
  /** Whether a model that was loaded is the one that Keras saved. */
  readonly same?: Readonly<Record<'topology' | 'shapes' | 'values', boolean>>;
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly megabytes?: number;
  readonly leaked?: readonly number[];
}

const CODES = [
  'model-not-found',
  'model-unreadable',
  'graph-model',
  'unsupported-layer',
  'unsupported-option',
  'weights-mismatch',
];

it('a damaged file of Keras loads, or is refused in words of ours that name it: it never hangs, fills the memory, leaks, or gives other weights than a checksum says', async () => {
  const said: Said[] = [];
  for (let from = 0; from < COUNT; from += IN_ONE_PROCESS) {
    const some = await loadDamaged<Said>('keras-damage-run.mjs', from, Math.min(COUNT, from + IN_ONE_PROCESS));
    said.push(...some.said);
    expect(some.end, `at ${JSON.stringify(said.at(-1))}`).toBe('');
  }
  const done = said.filter(({ begins }) => !begins);
  expect(done).toHaveLength(2 * COUNT);
  const raw = done.filter(
    ({ loads, way, name, code = '', message = '' }) =>
      !loads &&
      (name !== 'DeconvnetError' ||
        !CODES.includes(code) ||
        !message.includes(way === 'fromDisk' ? '.model' : ' model') ||
        /Cannot read prop|is not a function|is not iterable|undefined \(/.test(message)),
  );
  expect(raw).toEqual([]);
  expect(done.filter(({ leaked = [] }) => leaked.some((count) => count !== 0))).toEqual([]);
  expect(Math.max(...done.map(({ megabytes = 0 }) => megabytes))).toBeLessThan(MEGABYTES);
  const isKeras = ({ form }: Said): boolean => form.endsWith('.keras');
  const differs = done.filter((one) => {
    if (!one.same || !isKeras(one)) return false;
    const { topology, shapes, values } = one.same;
    // A zip file has checksums. Where they were made anew, the topology and the weights still have to fit.
    if (/^(bytes|directory):/.test(one.kind)) return !(topology && shapes && values);
    return !/^topology/.test(one.kind) && !(topology && shapes);
  });
  expect(differs).toEqual([]);
  // Both ways load the same files.
  const loaded = (way: string): number[] => done.filter((one) => one.way === way && one.loads).map(({ seed }) => seed);
  expect(loaded('fromBytes')).toEqual(loaded('fromDisk'));
  expect(loaded('fromDisk').length).toBeGreaterThan(COUNT / 10);
  // Each kind of damage was done to each form of file, and did something.
  const refused = new Set(done.filter(({ loads }) => !loads).map(({ form, kind }) => `${kind}: ${form}`));
  expect(refused.size).toBeGreaterThan(100);
});
