import { checkValue } from '../errors/check-options.js';

/** @throws DeconvnetError `invalid-option` for what is no Deconvnet; a model is a common mistake. */
export function checkDeconvnet(what: string, deconvnet: unknown): void {
  const isDeconvnet = typeof deconvnet === 'object' && deconvnet !== null && 'engine' in deconvnet;
  checkValue(isDeconvnet, `${what} takes a Deconvnet`, deconvnet, 'new Deconvnet(model) makes one of a model.');
}
