import type { Deconvnet } from '../../deconvnet.js';
import { type RunIdentity, runIdentity } from '../mine/run-identity.js';
import { environmentOf } from './environment.js';
import type { ListedPicture, MineSettings } from './mine-settings.js';
import { sha256 } from './run-folder.js';

/** What only the machine that lists the pictures knows. */
const OF_LISTING: readonly string[] = ['listing', 'file sizes'];

/** All that the result of mining on a queue depends on. */
export async function miningIdentity(
  deconvnet: Deconvnet,
  settings: MineSettings,
  files: readonly ListedPicture[],
): Promise<RunIdentity> {
  return {
    ...(await environmentOf(deconvnet)),
    ...(await runIdentity(deconvnet, files, settings)),
    'file sizes': `SHA-256 ${sha256(JSON.stringify(files.map(({ bytes }) => bytes ?? null)))}`,
  };
}

/** The part of an identity that every machine can compare. */
export function withoutListing(identity: RunIdentity): RunIdentity {
  return Object.fromEntries(Object.entries(identity).filter(([name]) => !OF_LISTING.includes(name)));
}

/** The name of a run: a hash of its identity, in 16 hexadecimal digits. */
export function idOf(identity: RunIdentity): string {
  const sorted = Object.entries(identity).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify(sorted)).slice(0, 16);
}
