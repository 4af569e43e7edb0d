import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StudyPart, StudyPlan } from '../../../../src/node/studies/kit/study-plan.js';
import { type WriteStudyOptions, writeStudy } from '../../../../src/node/studies/kit/write-study.js';
import { tempFolder } from '../../../support/temp-folder.js';

/** A plan of three parts, each of which writes a file, and a list of the parts that ran. */
function planOf(ran: string[] = [], identity: Record<string, string> = { seed: '0' }): StudyPlan {
  const parts: StudyPart[] = ['a', 'b', 'c'].map((key) => ({
    ...{ key, up: 2, down: 1 },
    async run({ folder, records, onProgress, signal }) {
      signal?.throwIfAborted();
      ran.push(key);
      onProgress(2);
      await folder.write(`files/${key}.txt`, key);
      return { key, before: [...records.keys()], third: 1 / 3, gone: undefined };
    },
  }));
  return {
    ...{ study: 'planned', identity, parts },
    finish: async (_, records) => ({
      title: 'A <study>',
      lead: ['What is seen.'],
      summary: 'all is planned.',
      sections: [{ heading: 'All', html: JSON.stringify([...records.values()]) }],
      made: [['Seed', '0']],
    }),
  };
}

const write = (plan: StudyPlan, options: WriteStudyOptions) => writeStudy(async () => plan, 'writePlanned', options);

describe('writeStudy', () => {
  it('runs the parts in order, and writes a page without leaving records behind', async () => {
    const [out, ran] = [join(await tempFolder(), 'study'), [] as string[]];
    const { index, summary } = await write(planOf(ran), { out });
    expect(summary).toBe('all is planned.');
    expect(ran).toEqual(['a', 'b', 'c']);
    expect(index).toBe(join(out, 'index.html'));
    const page = await readFile(index, 'utf8');
    expect(page).toContain('<h1>A &lt;study&gt;</h1>');
    expect(page).toContain('{"key":"c","before":["a","b"],"third":0.3333333333333333}');
    expect((await readdir(out)).sort()).toEqual(['files', 'index.html']);
  });

  it('tells the cost before the work, and then how many images have been run', async () => {
    const told: unknown[] = [];
    const out = await tempFolder();
    await write(planOf(), {
      out,
      onCost: (cost) => void told.push(cost),
      onProgress: ({ done, total }) => void told.push([done, total]),
    });
    const cost = { up: 6, down: 3, atMost: false, done: 0, left: { up: 6, down: 3 } };
    expect(told).toEqual([cost, ...[2, 3, 5, 6, 8, 9].map((done) => [done, 9])]);
  });

  it('goes on after a stop with the parts that are left, and writes the same bytes', async () => {
    const [whole, stopped] = [join(await tempFolder(), 'whole'), join(await tempFolder(), 'stopped')];
    const { index } = await write(planOf(), { out: whole });
    const stop = new AbortController();
    const first: string[] = [];
    const halted = write(planOf(first), {
      ...{ out: stopped, signal: stop.signal },
      onProgress: ({ done }) => done === 6 && stop.abort(new Error('enough')),
    });
    await expect(halted).rejects.toThrow('enough');
    expect(first).toEqual(['a', 'b']);
    expect(await readdir(stopped)).not.toContain('index.html');
    const [second, costs] = [[] as string[], [] as number[]];
    const again = await write(planOf(second), { out: stopped, onCost: ({ done }) => void costs.push(done) });
    expect(second).toEqual(['c']);
    expect(costs).toEqual([6]);
    expect(await readFile(again.index)).toEqual(await readFile(index));
  });

  it('keeps what was finished if a part fails', async () => {
    const out = await tempFolder();
    const plan = planOf();
    const broken = { ...plan.parts[1]!, run: () => Promise.reject(new Error('lost')) };
    await expect(write({ ...plan, parts: [plan.parts[0]!, broken, plan.parts[2]!] }, { out })).rejects.toThrow('lost');
    const ran: string[] = [];
    await write(planOf(ran), { out });
    expect(ran).toEqual(['b', 'c']);
  });

  it('refuses to go on with other choices, and says which differ', async () => {
    const out = await tempFolder();
    const plan = planOf();
    const broken = { ...plan.parts[2]!, run: () => Promise.reject(new Error('lost')) };
    await expect(write({ ...plan, parts: [...plan.parts.slice(0, 2), broken] }, { out })).rejects.toThrow('lost');
    await expect(write(planOf([], { seed: '1' }), { out })).rejects.toMatchObject({
      code: 'state-mismatch',
      message: expect.stringMatching(/seed: 0 there, 1 here.*choose another folder/),
    });
  });

  it('uses no records of which nobody knows the run', async () => {
    const out = await tempFolder();
    const plan = planOf();
    const broken = { ...plan.parts[2]!, run: () => Promise.reject(new Error('lost')) };
    await expect(write({ ...plan, parts: [...plan.parts.slice(0, 2), broken] }, { out })).rejects.toThrow('lost');
    await rm(join(out, 'unfinished', 'run.json'));
    const ran: string[] = [];
    await write(planOf(ran, { seed: '1' }), { out });
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  it('refuses a damaged record, and names its file', async () => {
    const out = await tempFolder();
    await mkdir(join(out, 'unfinished'));
    await writeFile(join(out, 'unfinished', 'run.json'), '{');
    await expect(write(planOf(), { out })).rejects.toMatchObject({
      code: 'state-unreadable',
      message: expect.stringMatching(/run\.json.*Remove it/),
    });
  });

  it('replaces an older page of the same study, but no other page', async () => {
    const out = await tempFolder();
    await write(planOf(), { out });
    await write(planOf(), { out });
    await expect(write({ ...planOf(), study: 'other' }, { out })).rejects.toMatchObject({ code: 'write-failed' });
    await writeFile(join(out, 'index.html'), '<meta name="generator" content="deconvnet">');
    await expect(write(planOf(), { out })).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringMatching(/not a page of the study 'planned'/),
    });
  });

  it('does nothing if it was stopped before', async () => {
    const ran: string[] = [];
    const signal = AbortSignal.abort(new Error('never'));
    await expect(write(planOf(ran), { out: await tempFolder(), signal })).rejects.toThrow('never');
    expect(ran).toEqual([]);
  });
});
