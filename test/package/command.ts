import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFiles } from '../support/temp-folder.js';

/** What a command said. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program; a failure is a result too. */
export function command(program: string, args: readonly string[], cwd: string): Promise<Said> {
  return new Promise((resolve) => {
    const env = { ...process.env, npm_config_yes: 'true', npm_config_update_notifier: 'false', NO_COLOR: '1' };
    execFile(program, args, { cwd, env, maxBuffer: 2 ** 26 }, (error, out, err) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      resolve({ code, out, err });
    });
  });
}

/** Runs a program that must succeed, and gives its output. */
export async function succeed(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, out, err } = await command(program, args, cwd);
  if (code !== 0)
    throw new Error(`${program} ${args.join(' ')}: exit code ${code}\n${out.slice(-2000)}\n${err.slice(-2000)}`);
  return out;
}

/** An empty project in a folder of its own, with packages installed. */
export async function project(
  parent: string,
  name: string,
  type: 'module' | 'commonjs',
  packages: readonly string[],
  flags: readonly string[] = [],
): Promise<string> {
  const folder = join(parent, name);
  await mkdir(folder);
  await writeFiles(folder, { 'package.json': { name, private: true, type } });
  await succeed('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...flags, ...packages], folder);
  return folder;
}
