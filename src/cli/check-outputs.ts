import { mkdtemp, open, rmdir, type stat as Stat, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { STATE_MAGIC } from '../mine/state/state-magic.js';
import { checkGalleryFolder } from '../node/gallery/gallery-folder.js';
import { CHECKPOINT_MAGIC, checkpointPaths } from '../node/mine/checkpoint-paths.js';
import { checkStudyFolder } from '../node/studies/kit/study-folder.js';
import { DRAFT } from '../node/write-atomically.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';

/** A file or folder that a command is going to write. */
export interface Output {
  readonly flag: '--out' | '--checkpoint';
  readonly path: string;
  readonly kind: 'picture' | 'state' | 'checkpoint' | 'gallery' | 'study';
  /** The name of the study, if it is one. */
  readonly study?: string;
}

/** A file that a command reads and must not overwrite. */
export interface Input {
  /** As the subject of a sentence: "the picture to project". */
  readonly what: string;
  readonly path: string;
}

type Found = Awaited<ReturnType<typeof Stat>> | undefined;

/**
 * Checks that a command can write all its outputs, before it spends time on them. The check leaves nothing on the disk.
 *
 * @throws CliError which says what prevents it.
 */
export async function checkOutputs(outputs: readonly Output[], inputs: readonly Input[] = []): Promise<void> {
  for (const output of outputs) {
    const found = await stat(output.path).catch(() => undefined);
    await checkKind(output, found);
    await checkInputs(output, found, inputs);
    await checkWritable(output, found);
  }
  checkApart(outputs);
}

async function checkKind(output: Output, found: Found): Promise<void> {
  const { flag, path, kind } = output;
  if (kind === 'picture' && !/\.png$/i.test(path)) {
    throw refused(output, 'pictures are written as PNG, so the name must end in .png');
  }
  if (kind === 'gallery' || kind === 'study') {
    if (found && !found.isDirectory()) throw refused(output, `it is a file, but a ${kind} is a folder`);
    await (kind === 'gallery' ? checkGalleryFolder(path) : checkStudyFolder(path, output.study!));
    return;
  }
  if (found?.isDirectory()) {
    const example = join(path, kind === 'picture' ? 'out.png' : kind === 'state' ? 'mined.state' : 'mine.checkpoint');
    throw refused(output, `it is a folder. Name a file, for example ${flag} ${example}`);
  }
  if (found && !found.isFile()) throw refused(output, 'it is not an ordinary file');
  if (found && found.size > 0 && !(await isOurs(kind, path))) {
    throw refused(output, `it exists, and it is not a ${kind} that deconvnet wrote. Name another file`);
  }
}

/** Whether a file may be replaced. A damaged checkpoint is recognised by the previous one beside it. */
async function isOurs(kind: Output['kind'], path: string): Promise<boolean> {
  if (kind === 'state') return beginsWith(path, STATE_MAGIC);
  if (kind !== 'checkpoint' || (await beginsWith(path, CHECKPOINT_MAGIC))) return true;
  return (await stat(checkpointPaths(path).former).catch(() => undefined)) !== undefined;
}

/** Checks that an output is not an input. Files are compared by device and inode, so that links are recognised. */
async function checkInputs(output: Output, found: Found, inputs: readonly Input[]): Promise<void> {
  for (const { what, path } of found ? inputs : []) {
    const input = await stat(path).catch(() => undefined);
    if (input && input.dev === found!.dev && input.ino === found!.ino) {
      throw refused(output, `it is ${what}. Name another file`);
    }
  }
}

/** Tries to write, because permissions alone do not tell what a file system allows. */
async function checkWritable(output: Output, found: Found): Promise<void> {
  const { path, kind } = output;
  // A state or a checkpoint is written beside the old file; a picture overwrites it.
  if (found?.isFile() && kind === 'picture') {
    await orRefused(output, async () => (await open(path, 'r+')).close());
    return;
  }
  let folder = found?.isDirectory() ? resolve(path) : dirname(resolve(path));
  for (;;) {
    const above = await stat(folder).catch(() => undefined);
    if (above?.isDirectory()) break;
    if (above) throw refused(output, `${folder} is a file, not a folder`);
    folder = dirname(folder);
  }
  await orRefused(output, async () => rmdir(await mkdtemp(join(folder, '.deconvnet-'))));
}

/** Checks that no two outputs are the same file, and that none is a folder of another. */
function checkApart(outputs: readonly Output[]): void {
  const written = outputs.flatMap((output) => filesOf(output).map((path) => ({ output, path: resolve(path) })));
  for (const one of written) {
    const clash = written.find(
      ({ output, path }) =>
        output !== one.output && (path === one.path || (!isFolder(one.output) && path.startsWith(one.path + sep))),
    );
    if (clash) {
      throw refused(clash.output, `it is in conflict with ${one.output.flag} ${one.output.path}. Name different files`);
    }
  }
}

function isFolder({ kind }: Output): boolean {
  return kind === 'gallery' || kind === 'study';
}

function filesOf(output: Output): string[] {
  const { kind, path } = output;
  if (isFolder(output)) return [path];
  const { last, former, damaged } = checkpointPaths(path);
  return kind === 'checkpoint' ? [last, former, damaged, last + DRAFT] : [path, path + DRAFT];
}

async function beginsWith(path: string, magic: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === magic;
  } finally {
    await file.close();
  }
}

async function orRefused(output: Output, attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    throw refused(output, `${(error as Error).message}. Choose a place that you can write to`);
  }
}

function refused({ flag, path }: Output, why: string): CliError {
  return new CliError(EXIT.usage, `${flag} ${path} cannot be written: ${why}.`);
}
