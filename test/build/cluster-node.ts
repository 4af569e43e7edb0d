import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { tempFolder, writeFiles } from '../support/temp-folder.js';
import { BIN, type Ended } from './child.js';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

/** The folder of the examples for clusters. */
export const CLUSTER: string = join(examples, 'cluster');

/**
 * A folder that looks as `/shared` does in the examples: with a model, pictures, and the command `deconvnet`. In `bin` are
 * the commands of Slurm. They write the words that they are given into `calls`.
 */
export async function sharedFolder(): Promise<string> {
  const folder = await tempFolder();
  const [pictures, bin] = [join(folder, 'imagenet'), join(folder, 'deconvnet/node_modules/.bin')];
  await mkdir(pictures);
  await symlink(join(examples, 'cifar10-zfnet/model'), join(folder, 'vgg16'));
  await symlink(join(examples, 'cifar10-zfnet/pictures'), join(pictures, 'val'));
  const note = `#!/bin/bash\necho "$(basename "$0") $*" >> '${join(folder, 'calls')}'\n`;
  await writeFiles(folder, {
    'deconvnet/node_modules/.bin/deconvnet': `#!/bin/bash\nexec '${process.execPath}' '${BIN}' "$@"\n`,
    'bin/sbatch': `${note}echo '42;north'\n`,
    'bin/scontrol': note,
  });
  for (const path of [join(bin, 'deconvnet'), join(folder, 'bin/sbatch'), join(folder, 'bin/scontrol')]) {
    await chmod(path, 0o755);
  }
  return folder;
}

/** Reads a file of the examples and replaces some of its text. Every piece to replace has to be there exactly once. */
export async function edited(name: string, changes: Readonly<Record<string, string>>): Promise<string> {
  let text = await readFile(join(CLUSTER, name), 'utf8');
  for (const [from, to] of Object.entries(changes)) {
    const pieces = text.split(from);
    if (pieces.length !== 2) throw new Error(`${name} contains ${pieces.length - 1} times: ${from}`);
    text = pieces.join(to);
  }
  return text;
}

/** Starts bash as the leader of a group of processes, with the commands of the shared folder and some variables. */
export function startBash(
  folder: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const path = [join(folder, 'bin'), join(folder, 'deconvnet/node_modules/.bin'), process.env.PATH];
  const child = spawn('bash', [...args], {
    cwd: CLUSTER,
    env: { ...process.env, NODE_OPTIONS: '', PATH: path.join(':'), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, ended };
}

/** Waits until a run has written a checkpoint with something that it has mined: this is its second one. */
export async function mining(child: ChildProcess, state: string): Promise<void> {
  while (child.exitCode === null && !existsSync(`${state}.checkpoint.prev`)) await wait(5);
}
