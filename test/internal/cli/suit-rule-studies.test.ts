import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { unpooledNetwork } from '../../support/models/unpooled-network.js';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet, type Said } from '../../support/terminal.js';

const here = (path: string): string =>
  fileURLToPath(new URL(`../../../examples/cifar10-zfnet/${path}`, import.meta.url));
const pictures = here('pictures');
const unit = ['--input', 'unit', '--limit', '12', '--batch-size', '1'];
const GUIDED = /The rule is guided, because .* the projections of (\d) of \1 layers? depend little/;

/** Runs a study, and reads the rule that its page names. */
async function study(name: string, ...args: string[]): Promise<Said & { readonly rule: string | undefined }> {
  const out = join(await tempFolder(), 'study');
  const said = await deconvnet([name, ...args, '--out', out]);
  expect(said.code, said.err).toBe(0);
  const [, rule] = /<dt>Rule[^<]*<\/dt><dd>(\w+)<\/dd>/.exec(await readFile(join(out, 'index.html'), 'utf8')) ?? [];
  return { ...said, rule };
}

/** A network that knows nothing yet, so that all of its projections are 0, and one that has learned. */
const training = async () =>
  [await unpooledNetwork({ pooled: true, learned: false }), await unpooledNetwork({ pooled: true })] as const;

describe('the rule of a study', () => {
  beforeAll(() => use('wasm'));

  it('of evolution is the one that suits the last checkpoint, and all checkpoints get it', async () => {
    const [early, late] = await training();
    const args = ['--images', pictures, '--names', 'a,b', '--layers', 'high', '--maps', '1', ...unit];
    const chosen = await study('evolution', early, late, ...args);
    expect(chosen).toMatchObject({ rule: 'guided', err: expect.stringMatching(GUIDED) });
    expect((await study('evolution', late, early, ...args)).rule).toBe('deconvnet');
    const obeyed = await study('evolution', early, late, ...args, '--rule', 'gradient');
    expect(obeyed).toMatchObject({ rule: 'gradient', err: expect.not.stringContaining('The rule is') });
  });

  it('of evolution stays the same if the run is stopped and goes on', async () => {
    const out = join(await tempFolder(), 'study');
    const [early, late] = await training();
    const args = [
      'evolution',
      early,
      late,
      '--images',
      pictures,
      '--names',
      'a,b',
      '--maps',
      '1',
      ...unit,
      // The second checkpoint takes long enough to be stopped.
      '--limit',
      '60',
      '--out',
      out,
    ];
    const stop = new AbortController();
    const run = deconvnet(args, stop.signal);
    const isOneDone = async () => (await readdir(join(out, 'unfinished')).catch(() => [])).length > 1;
    let isOver = false;
    void run.finally(() => {
      isOver = true;
    });
    while (!isOver && !(await isOneDone())) await setTimeout(1);
    stop.abort(Object.assign(new Error('Interrupted.'), { exitCode: 130 }));
    expect((await run).code).toBe(130);
    const again = await deconvnet(args);
    expect(again).toMatchObject({ code: 0, err: expect.stringMatching(GUIDED) });
    expect(again.err).toContain(' of both done by an earlier run.\n');
  });

  it('of ablation is the one that suits the layer of the patches', async () => {
    const model = await unpooledNetwork({ classes: 2 });
    const args = [model, pictures, '--labels', 'cat,dog', '--layers', 'high', '--draws', '1', ...unit];
    const chosen = await study('ablation', ...args, '--maps', '0');
    expect(chosen).toMatchObject({ rule: 'guided', err: expect.stringMatching(GUIDED) });
    const bare = await study('ablation', ...args, '--maps', 'none');
    expect(bare).toMatchObject({ rule: undefined, err: expect.not.stringContaining('rule') });
  });

  it('is not measured for a study that projects nothing, or by all rules', async () => {
    const model = await unpooledNetwork({ classes: 2 });
    const { err } = await study('invariance', model, pictures, ...unit, '--rotation', '0,90', '--pictures', '1');
    expect(err).not.toMatch(/rule|Measuring/);
    const few = ['--pictures', '1', '--maps', '1', '--layer', 'low'];
    expect((await study('sanity', model, pictures, ...unit, ...few)).err).not.toMatch(/rule|Measuring/);
    const report = await study('study', model, pictures, ...unit, '--pictures', '1', '--studies', 'invariance,sanity');
    expect(report.err).not.toMatch(/rule|Measuring/);
  });
});
