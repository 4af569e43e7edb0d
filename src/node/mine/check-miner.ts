import { checkValue } from '../../errors/check-options.js';

/**
 * Checks that a value is a PatchMiner.
 *
 * @param what the name of the function that takes it
 * @throws DeconvnetError `invalid-option`.
 */
export function checkMiner(what: string, miner: unknown): void {
  // `instanceof` would fail in an app that has both the ESM and the CJS copy of this package.
  const isMiner = typeof miner === 'object' && miner !== null && 'deconvnet' in miner && 'save' in miner;
  checkValue(isMiner, `${what} takes a PatchMiner`, miner);
}
