import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { DeconvnetError } from '../../errors/deconvnet-error.js';

/** The paths of a run as this machine has them: mapped to its own folders, and only below those that it may read. */
export class MachinePaths {
  readonly #maps: readonly (readonly [string, string])[];
  readonly #folders: readonly string[];

  /**
   * @param map folders of the machine that announced the run, and the same folders on this machine
   * @param folders the folders from which this machine may read; those of the map are added
   */
  constructor(map: Readonly<Record<string, string>>, folders: readonly string[]) {
    // Of two folders of which one contains the other, the inner one is meant.
    this.#maps = Object.entries(map)
      .map(([there, here]) => [withoutEnd(there), resolve(here)] as const)
      .sort(([a], [b]) => b.length - a.length);
    this.#folders = [...folders.map((folder) => resolve(folder)), ...this.#maps.map(([, here]) => here)];
  }

  /**
   * The path on this machine of a path of the run.
   *
   * @throws DeconvnetError `path-refused` if it is outside of all folders from which this machine may read.
   */
  async find(path: string): Promise<string> {
    const here = this.#mapped(path);
    const real = await realOf(here);
    for (const folder of this.#folders) {
      if (isInside(real, await realOf(folder))) return here;
    }
    throw new DeconvnetError(
      'path-refused',
      `This worker may not read ${here}${here === path ? '' : ` (${path} on the machine that announced the run)`}: it was started for ${this.#folders.join(', ')}. Start it with --allow FOLDER, or say with --map THERE=HERE where the folder is on this machine.`,
    );
  }

  #mapped(path: string): string {
    for (const [there, here] of this.#maps) {
      if (path === there) return here;
      if (path.startsWith(`${there}/`)) return join(here, path.slice(there.length + 1));
    }
    return path;
  }
}

/** The real path of a file, or of the folder that it would be in. */
async function realOf(path: string): Promise<string> {
  const whole = resolve(path);
  try {
    return await realpath(whole);
  } catch {
    const above = join(whole, '..');
    return above === whole ? whole : join(await realOf(above), relative(above, whole));
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

function withoutEnd(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}
