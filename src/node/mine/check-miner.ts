import { checkValue } from '../../errors/check-options.js';

/** @throws DeconvnetError `invalid-option` for what is no PatchMiner. */
export function checkMiner(what: string, miner: unknown): void {
  // Not by its class: an app may hold the ESM and the CJS copy of this package.
  const isMiner = typeof miner === 'object' && miner !== null && 'deconvnet' in miner && 'save' in miner;
  checkValue(isMiner, `${what} takes a PatchMiner`, miner);
}
