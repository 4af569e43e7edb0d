import type { NamedFile } from '../../protocol';
import type { CheckpointFiles } from '../../protocol-evolution';
import { kerasFiles } from '../keras-model';
import { jsonFiles, nameOf, parseJson } from '../model-files';

/** `epoch-2` comes before `epoch-10`. */
const order = new Intl.Collator('en', { numeric: true });

/**
 * Finds out which files belong together: each file of Keras is a checkpoint, and so is each model.json with the weights in
 * its folder. If there is neither, all files are taken as one, so that opening it says what is missing.
 */
export async function groupCheckpoints(files: readonly NamedFile[]): Promise<CheckpointFiles[]> {
  const keras = await kerasFiles(files);
  const [exports, topologies] = await splitJson(files);
  const [twice] = exports.filter(({ path }, i) => exports.findIndex((other) => other.path === path) !== i);
  if (twice) {
    throw new Error(
      `Several files are called ‘${twice.path}’, so nothing tells which weights belong to which of them. Drop the folders in which they are, or add one checkpoint after the other.`,
    );
  }
  const folders = new Set(exports.map(({ path }) => folderOf(path)));
  const weights = files.filter((file) => !keras.includes(file) && !/\.json$/i.test(file.path));
  const metadata = files.filter(({ path }) => nameOf(path) === 'metadata.json');
  const beside = (model: NamedFile): NamedFile[] =>
    [...weights, ...metadata].filter(({ path }) => nearest(path, folders) === folderOf(model.path));
  const groups = [
    ...keras.map((file) => ({ path: file.path, files: [file, ...topologies] })),
    ...exports.map((file) => ({ path: file.path, files: [file, ...beside(file)] })),
  ].sort((a, b) => order.compare(a.path, b.path));
  if (groups.length === 0 && files.length > 0) groups.push({ path: files[0]!.path, files: [...files] });
  return groups.map(({ path, files: own }) => ({ name: checkpointName(path), files: own }));
}

/** The JSON files with a list of weights, and all others. One that cannot be read is among the first: opening it says why. */
async function splitJson(files: readonly NamedFile[]): Promise<[NamedFile[], NamedFile[]]> {
  const all = await Promise.all(
    jsonFiles(files).map(async (file) => {
      const isExport = await parseJson(file).then(
        (json) => json !== null && 'weightsManifest' in json,
        () => true,
      );
      return { file, isExport };
    }),
  );
  const those = (wanted: boolean): NamedFile[] =>
    all.filter(({ isExport }) => isExport === wanted).map(({ file }) => file);
  return [those(true), those(false)];
}

/** The innermost of some folders that a file is in; undefined if it is in none of them. */
function nearest(path: string, folders: ReadonlySet<string>): string | undefined {
  let folder = folderOf(path);
  while (!folders.has(folder) && folder !== '') folder = folderOf(folder);
  return folders.has(folder) ? folder : undefined;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The name of the file; the name of the folder if all models are called so. */
function checkpointName(path: string): string {
  const folder = nameOf(folderOf(path));
  if (folder !== '' && /^model\.(json|keras|h5|hdf5|weights\.h5)$/i.test(nameOf(path))) return folder;
  return nameOf(path).replace(/(\.weights)?\.(json|keras|h5|hdf5)$/i, '') || path;
}
