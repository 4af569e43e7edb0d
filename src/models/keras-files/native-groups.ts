import type { H5File } from '../h5/h5-file.js';
import { type H5Weight, h5Weight } from '../h5/h5-values.js';

/** The groups of a file with weights, by paths such as `/layers/conv2d/vars`. */
export interface NativeGroups {
  /** What is at a path. */
  kindOf(path: string): 'group' | 'dataset' | undefined;
  /** The names in a group. The list is empty if the file does not have the group. */
  namesIn(path: string): string[];
  /** An attribute that is a text. */
  text(path: string, name: string): string | readonly string[] | undefined;
  /** The data set of a weight. */
  weight(path: string): H5Weight;
}

/** What stands between two names in the paths of files from Windows. */
const BACKSLASH = '\\';

/**
 * The groups of a file. Keras 2.12 and 2.13 joined their names as the system joins names of folders. On Windows they wrote
 * one group called `layers\conv2d`, and not a group in a group. Only `vars` is a group of its own there.
 */
export function nativeGroups(file: H5File): NativeGroups {
  const roots = file.namesIn('/');
  if (!roots.some((name) => name.includes(BACKSLASH))) {
    return {
      kindOf: (path) => file.kindOf(path),
      namesIn: (path) => file.namesIn(path),
      text: (path, name) => file.text(path, name),
      weight: (path) => h5Weight(file, path),
    };
  }
  const below = (path: string): string[] => {
    const start = `${joined(path)}${BACKSLASH}`;
    return roots.filter((name) => `/${name}`.startsWith(start)).map((name) => `/${name}`.slice(start.length));
  };
  return {
    kindOf: (path) => file.kindOf(joined(path)) ?? (below(path).length > 0 ? 'group' : undefined),
    namesIn: (path) => [
      ...new Set([...file.namesIn(joined(path)), ...below(path).map((rest) => rest.split(BACKSLASH)[0]!)]),
    ],
    text: (path, name) => file.text(joined(path), name),
    weight: (path) => h5Weight(file, joined(path)),
  };
}

/** The path in a file from Windows: `/layers/conv2d/vars/0` is `/layers\conv2d/vars/0` there. */
function joined(path: string): string {
  const names = path.split('/').slice(1);
  const end = names.indexOf('vars');
  const groups = end < 0 ? names : names.slice(0, end);
  return ['', groups.join(BACKSLASH), ...(end < 0 ? [] : names.slice(end))].join('/');
}
