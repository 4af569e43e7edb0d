import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DeconvnetOptions } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors.js';

/** The URL of a setup module, from a path or a URL. */
export function setupUrl(setup: string | URL): string {
  if (setup instanceof URL || /^[a-z]{2,}:/i.test(setup)) return String(setup);
  return pathToFileURL(resolve(setup)).href;
}

/**
 * Runs a setup module, which registers layer classes, and gives the mirrors that it exports.
 *
 * @throws DeconvnetError `invalid-option` where it cannot be imported.
 */
export async function runSetup(url: string | undefined): Promise<Pick<DeconvnetOptions, 'mirrors'>> {
  if (url === undefined) return {};
  try {
    const { mirrors } = (await import(/* @vite-ignore */ url)) as Pick<DeconvnetOptions, 'mirrors'>;
    return mirrors ? { mirrors } : {};
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeconvnetError('invalid-option', `The setup module ${url} cannot be imported: ${why}`, { cause });
  }
}
