import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.js';
import { start } from './child.js';

/** How many damaged models are loaded, and how long one of them may take, with the start of the process. */
const COUNT = inject('long') ? 40_000 : 840;
const SECONDS = 20;
const MEGABYTES = 512;

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

/** Loads the models of some seeds in a process of its own; the last line tells which one it was at when it ended. */
async function loadDamaged(
  from: number,
  to: number,
): Promise<{ readonly said: readonly Said[]; readonly end: string }> {
  const program = fileURLToPath(new URL('damage-run.mjs', import.meta.url));
  const dist = new URL('../../dist/', import.meta.url).href;
  const { child, ended } = start([
    `--max-old-space-size=${MEGABYTES}`,
    program,
    dist,
    await tempFolder(),
    String(from),
    String(to),
  ]);
  let timer = setTimeout(() => undefined, 0);
  const expectLife = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), SECONDS * 1000);
  };
  child.stdout!.on('data', expectLife);
  expectLife();
  const { code, signal, out, err } = await ended;
  clearTimeout(timer);
  const lines = out.split('\n').filter((line) => line.startsWith('{"seed"'));
  return { said: lines.map((line) => JSON.parse(line) as Said), end: signal ?? (code === 0 ? '' : err.slice(-2000)) };
}

it('a damaged model loads, or is refused in words of ours: it never hangs, fills the memory or shows an error of TensorFlow.js', async () => {
  const { said, end } = await loadDamaged(0, COUNT);
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
