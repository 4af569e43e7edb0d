import { checkValue } from './check-options.js';

/**
 * Checks that a value is a Deconvnet. Passing a model instead is a common mistake.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function checkDeconvnet(what: string, deconvnet: unknown): void {
  const isDeconvnet = typeof deconvnet === 'object' && deconvnet !== null && 'engine' in deconvnet;
  checkValue(isDeconvnet, `${what} takes a Deconvnet`, deconvnet, 'new Deconvnet(model) makes one from a model.');
}
