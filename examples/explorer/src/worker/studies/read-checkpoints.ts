import { Deconvnet, type LayerInfo } from 'deconvnet';
import { formOf } from '../../file-form';
import type { NamedFile } from '../../protocol';
import type { CheckpointFiles, FoundCheckpoints } from '../../protocol-evolution';
import { nameOf } from '../model-files';
import { openModel } from '../open-model';
import { unpack } from '../unpack';
import { groupCheckpoints } from './group-checkpoints';

/**
 * Finds the checkpoints of a network among files, in the order of their names. Each is loaded once, one after the other,
 * so that a file that is of no use is found before a study begins.
 */
export async function readCheckpoints(open: Deconvnet, files: readonly NamedFile[]): Promise<FoundCheckpoints> {
  const checkpoints: CheckpointFiles[] = [];
  const problems: string[] = [];
  for (const group of await groupCheckpoints(await unpackAll(files))) {
    const problem = await problemOf(open, group);
    if (problem === null) checkpoints.push(group);
    else problems.push(problem);
  }
  return { checkpoints, problems };
}

/** All files, and those in zip files, in folders that are named like the zip files. */
async function unpackAll(files: readonly NamedFile[]): Promise<NamedFile[]> {
  const all: NamedFile[] = [];
  for (const file of files) {
    if (/\.json$/i.test(file.path) || (await formOf(file)) !== 'zip') all.push(file);
    else {
      const folder = nameOf(file.path).replace(/\.zip$/i, '');
      all.push(...(await unpack(file)).map(({ path, blob }) => ({ path: `${folder}/${path}`, blob })));
    }
  }
  return all;
}

/** Why a checkpoint cannot be taken; null if it can. */
async function problemOf(open: Deconvnet, { name, files }: CheckpointFiles): Promise<string | null> {
  try {
    const model = await openModel({ files }, () => {});
    try {
      const deconvnet = new Deconvnet(model);
      const difference = differenceOf(open.layers, deconvnet.layers);
      deconvnet.dispose();
      if (difference === null) return null;
      return `‘${name}’ is not a checkpoint of ‘${open.model.name}’, the open network: ${difference}. It was left out.`;
    } finally {
      model.dispose();
    }
  } catch (error) {
    return `‘${name}’ cannot be opened: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** In what a network differs from the open one; null if they have the same layers. */
function differenceOf(open: readonly LayerInfo[], others: readonly LayerInfo[]): string | null {
  if (open.length !== others.length) return `it has ${others.length} layers, and the open network has ${open.length}`;
  for (const [i, { name, className, outputShape }] of open.entries()) {
    const other = others[i]!;
    if (other.name !== name) return `it has the layer ‘${other.name}’ in the place of ‘${name}’`;
    if (other.className !== className)
      return `its layer ‘${name}’ is a ${other.className}, and here it is a ${className}`;
    if (String(other.outputShape) !== String(outputShape))
      return `the output of its layer ‘${name}’ has ${sizeOf(other)}, and here it has ${sizeOf({ outputShape })}`;
  }
  return null;
}

function sizeOf({ outputShape }: Pick<LayerInfo, 'outputShape'>): string {
  return `${outputShape
    .slice(1)
    .map((size) => size ?? 'any')
    .join(' × ')} values`;
}
