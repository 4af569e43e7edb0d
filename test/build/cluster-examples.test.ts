import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFiles } from '../support/temp-folder.js';
import type { Ended } from './child.js';
import { CLUSTER, edited, mining, sharedFolder, startBash } from './cluster-node.js';

/** Options with which a shard takes seconds on the backend cpu, so that there is time to stop it. */
const MINING = '--layers conv3 --maps 8 --limit 24 --every 0';
/** The number of pictures in each of the three shards. */
const PICTURES = 8;

let whole: Buffer | undefined;

/** The state of one run over all pictures. */
async function oneRun(folder: string): Promise<Buffer> {
  if (whole) return whole;
  const command = `deconvnet mine vgg16/model.json imagenet/val --backend cpu ${MINING} --workers 2 --out whole.state`;
  const said = await startBash(folder, ['-c', `cd '${folder}' && exec ${command}`], {}).ended;
  expect(said).toMatchObject({ code: 0 });
  whole = await readFile(join(folder, 'whole.state'));
  return whole;
}

/** The number of pictures that were done before a run began, as the run says it. */
function doneBefore({ err }: Ended): number {
  const [, done] = /^Mining pictures: \d+, from (\d+) on$/m.exec(err) ?? [];
  return Number(done ?? 0);
}

describe('the example for Slurm', { timeout: 300_000 }, () => {
  it('gives the bytes of one run, although tasks are stopped and started again', async () => {
    const folder = await sharedFolder();
    const settings = join(folder, 'my settings.sh');
    await writeFiles(folder, {
      'my settings.sh': (
        await edited('settings.sh', {
          'shards=100': 'shards=3',
          '--input caffe': '--backend cpu',
          '--layers block4_conv3': MINING,
        })
      ).replaceAll('/shared/', `${folder}/`),
    });
    const submit = await startBash(folder, ['slurm-submit.sh', settings], {}).ended;
    expect(submit).toMatchObject({ code: 0, err: '' });
    const calls = (): Promise<string> => readFile(join(folder, 'calls'), 'utf8');
    const submitted = [
      `sbatch --parsable --array=1-3 slurm-array.sh ${settings}`,
      `sbatch --dependency=afterok:42 --kill-on-invalid-dep=yes slurm-merge.sh ${settings}`,
    ];
    expect((await calls()).trimEnd().split('\n')).toEqual(submitted);

    // Slurm runs a copy of the script.
    const spool = join(folder, 'spool');
    await mkdir(spool);
    const job = async (name: string, variables: Record<string, string>): Promise<ReturnType<typeof startBash>> => {
      await copyFile(join(CLUSTER, name), join(spool, 'slurm_script'));
      return startBash(folder, [join(spool, 'slurm_script'), settings], variables);
    };
    const task = (index: number): ReturnType<typeof job> =>
      job('slurm-array.sh', {
        SLURM_ARRAY_JOB_ID: '42',
        SLURM_ARRAY_TASK_ID: String(index),
        SLURM_ARRAY_TASK_COUNT: '3',
        SLURM_JOB_ID: String(42 + index),
        SLURM_CPUS_PER_TASK: '1',
      });
    const state = (index: number): string => join(folder, `states/${index}-of-3.state`);
    const finished = { code: 0, out: expect.stringContaining(`3.state: ${PICTURES} pictures`) };

    const undisturbed = await (await task(1)).ended;
    expect(undisturbed).toMatchObject(finished);
    expect(doneBefore(undisturbed)).toBe(0);

    // Its time is over: Slurm sends a signal to the script alone, which puts the task into the queue again.
    const late = await task(2);
    await mining(late.child, state(2));
    late.child.kill('SIGUSR1');
    expect(await late.ended).toMatchObject({ code: 0, out: '', err: expect.stringContaining('Interrupted. Go on') });
    expect((await calls()).trimEnd().split('\n')).toEqual([...submitted, 'scontrol requeue 44']);
    expect(existsSync(state(2))).toBe(false);

    // Another job needs its node: Slurm sends SIGTERM to all its processes, and starts it again by itself.
    const displaced = await task(3);
    await mining(displaced.child, state(3));
    process.kill(-displaced.child.pid!, 'SIGTERM');
    expect(await displaced.ended).toMatchObject({
      code: 143,
      out: '',
      err: expect.stringContaining('Interrupted. Go on'),
    });
    expect((await calls()).trimEnd().split('\n')).toHaveLength(3);

    for (const index of [2, 3]) {
      const again = await (await task(index)).ended;
      expect(again).toMatchObject(finished);
      expect(doneBefore(again)).toBeGreaterThan(0);
    }
    expect(await (await task(3)).ended).toMatchObject({ code: 0, err: expect.stringContaining('The run is finished') });
    expect(await (await task(4)).ended).toMatchObject({ code: 2, err: expect.stringContaining("'4/3' is invalid") });

    expect(await (await job('slurm-merge.sh', {})).ended).toMatchObject({
      code: 0,
      out: expect.stringContaining('val.state: 24 pictures, of 3 states'),
    });
    expect(Buffer.compare(await readFile(join(folder, 'val.state')), await oneRun(folder))).toBe(0);
  });
});

/** The script of a container: the only block of text in the file, without its indentation. */
function scriptOf(yaml: string): string {
  const [, block, ...others] = yaml.split(/^ {10}args:\n {12}- \|\n/m);
  expect(others).toEqual([]);
  const lines = block!.split('\n');
  const end = lines.findIndex((line) => line !== '' && !line.startsWith(' '.repeat(14)));
  expect(end).toBeGreaterThan(0);
  return lines
    .slice(0, end)
    .map((line) => line.slice(14))
    .join('\n');
}

/** The text after a key, wherever the key is in the file. */
function valuesOf(yaml: string, key: string): string[] {
  return [...yaml.matchAll(new RegExp(`^[ -]*${key}: (.+)$`, 'gm'))].map(([, value]) => value!);
}

describe('the example for Kubernetes', { timeout: 300_000 }, () => {
  const changes = { '--input caffe': '--backend cpu' };

  it('states the same shards, volume and image in all its files', async () => {
    const [job, merge, volume] = await Promise.all(
      ['job', 'merge', 'volume'].map((name) => readFile(join(CLUSTER, `kubernetes-${name}.yaml`), 'utf8')),
    );
    const [shards] = valuesOf(job!, 'completions');
    expect(valuesOf(job!, 'completionMode')).toEqual(['Indexed']);
    expect(Number(valuesOf(job!, 'parallelism')[0])).toBeLessThanOrEqual(Number(shards));
    for (const yaml of [job!, merge!]) {
      expect(valuesOf(yaml, 'value')).toEqual([`"${shards}"`]);
      expect(valuesOf(yaml, 'claimName')).toEqual([valuesOf(volume!, 'name')[0]]);
      expect(valuesOf(yaml, 'mountPath')).toEqual(['/shared']);
      expect(valuesOf(yaml, 'image')).toEqual([valuesOf(merge!, 'image')[0]]);
      expect(valuesOf(yaml, 'command')).toEqual(['[/bin/bash, -euc]']);
      // Kubernetes would replace these itself.
      expect(scriptOf(yaml)).not.toMatch(/\$\$|\$\(\w+\)/);
    }
    // The container of the rule for exit codes, its volume, and its variables are there.
    expect(valuesOf(job!, 'name')).toEqual(['deconvnet-mine', 'mine', 'SHARDS', 'WORKERS', 'shared', 'shared']);
    expect(valuesOf(job!, 'containerName')).toEqual(['mine']);
    expect(valuesOf(job!, 'resource')).toEqual(['requests.cpu']);
    expect(valuesOf(job!, 'cpu')).toHaveLength(1);
    // What these rules need.
    expect(valuesOf(job!, 'restartPolicy')).toEqual(['Never']);
  });

  it('gives the bytes of one run, although a pod is stopped and another one goes on', async () => {
    const folder = await sharedFolder();
    const container = (yaml: string, variables: Record<string, string>): ReturnType<typeof startBash> =>
      startBash(folder, ['-euc', scriptOf(yaml).replaceAll('/shared/', `${folder}/`)], { SHARDS: '3', ...variables });
    const job = await edited('kubernetes-job.yaml', { ...changes, '--layers block4_conv3': MINING });
    const pod = (index: number): ReturnType<typeof startBash> =>
      container(job, { JOB_COMPLETION_INDEX: String(index), WORKERS: '1' });

    const evicted = pod(0);
    await mining(evicted.child, join(folder, 'states/1-of-3.state'));
    // The signal goes to the process that the container began with.
    evicted.child.kill('SIGTERM');
    expect(await evicted.ended).toMatchObject({ code: 143, err: expect.stringContaining('Interrupted. Go on') });
    for (const index of [0, 1, 2]) {
      const said = await pod(index).ended;
      expect(said).toMatchObject({
        code: 0,
        out: `${folder}/states/${index + 1}-of-3.state: ${PICTURES} pictures, 8 feature maps of conv3\n`,
      });
      expect(doneBefore(said) > 0).toBe(index === 0);
    }
    const merge = await edited('kubernetes-merge.yaml', changes);
    expect(await container(merge, {}).ended).toMatchObject({
      code: 0,
      out: `${folder}/val.state: 24 pictures, of 3 states\n`,
    });
    expect(Buffer.compare(await readFile(join(folder, 'val.state')), await oneRun(folder))).toBe(0);
  });
});

it('the image has the package and what it needs in Node, in the versions of this project', async () => {
  const { version, peerDependencies, devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  const file = await readFile(join(CLUSTER, 'Dockerfile'), 'utf8');
  const tarball = `deconvnet-${version}.tgz`;
  const installed = [...file.matchAll(/(@tensorflow\/[\w-]+|sharp)@([\d.]+)/g)].map(([, name, at]) => [name, at]);
  expect(file).toContain(`COPY ${tarball} ./`);
  expect(file).toContain(`RUN npm install ./${tarball} `);
  expect(installed.map(([name]) => name)).toEqual([
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-layers',
    '@tensorflow/tfjs-backend-wasm',
    'sharp',
  ]);
  for (const [name, at] of installed) {
    expect(at).toBe(devDependencies[name!]);
    expect(peerDependencies).toHaveProperty([name!]);
  }
  // The image that the jobs run.
  expect(await readFile(join(CLUSTER, 'kubernetes-job.yaml'), 'utf8')).toContain(`image: deconvnet:${version}\n`);
  expect(file).toContain(`--tag deconvnet:${version} `);
});

it('the page shows the files as they are', async () => {
  const page = await readFile('docs/large-sets.md', 'utf8');
  const shown = [...page.matchAll(/\]\(\.\.\/examples\/cluster\/([\w.-]+)\):\n\n```\w+\n([\s\S]*?)```/g)];
  expect(shown.map(([, name]) => name)).toEqual([
    ...['settings.sh', 'slurm-array.sh', 'slurm-merge.sh'],
    'kubernetes-job.yaml',
  ]);
  for (const [, name, text] of shown) expect(text).toBe(await readFile(join(CLUSTER, name!), 'utf8'));
  const submit = (await readFile(join(CLUSTER, 'slurm-submit.sh'), 'utf8')).split('\n');
  const lines = submit.filter((line) => /^\S*sbatch |^\w+=\$\(sbatch /.test(line));
  expect(lines).toHaveLength(2);
  expect(page).toContain(`\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n`);
});
