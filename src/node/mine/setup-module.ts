import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DeconvnetOptions } from '../../deconvnet-options.js';
import { describeValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';

/** What a setup module may export. */
interface SetupExports {
  /** Mirrors of layers, in the form that `new Deconvnet` takes. */
  readonly mirrors?: DeconvnetOptions['mirrors'];
  /** Called once per thread before the model is loaded, with the TensorFlow.js of that thread. */
  readonly setup?: (tensorflow: { readonly tf: object; readonly tfl: object }) => unknown;
}

/** The URL of a setup module, from a path or a URL. */
export function setupUrl(setup: string | URL): string {
  if (setup instanceof URL || /^[a-z]{2,}:/i.test(setup)) return String(setup);
  return pathToFileURL(resolve(setup)).href;
}

/**
 * Runs a setup module, which registers layer classes, and returns the mirrors that it exports.
 *
 * @throws DeconvnetError `invalid-option` if it cannot be imported, or its `setup` fails.
 */
export async function runSetup(url: string | undefined): Promise<Pick<DeconvnetOptions, 'mirrors'>> {
  if (url === undefined) return {};
  const { mirrors, setup } = await imported(url);
  if (setup !== undefined) await called(setup, url);
  return mirrors ? { mirrors } : {};
}

async function imported(url: string): Promise<SetupExports> {
  try {
    return (await import(/* @vite-ignore */ url)) as SetupExports;
  } catch (cause) {
    throw new DeconvnetError('invalid-option', `The module ${url} cannot be imported: ${reasonOf(cause)}`, { cause });
  }
}

async function called(setup: NonNullable<SetupExports['setup']>, url: string): Promise<void> {
  if (typeof setup !== 'function') {
    throw new DeconvnetError(
      'invalid-option',
      `The export setup of the module ${url} must be a function, which is called with { tf, tfl }; it is ${describeValue(setup)}.`,
    );
  }
  const [tf, tfl] = await Promise.all([import('@tensorflow/tfjs-core'), import('@tensorflow/tfjs-layers')]);
  try {
    await setup({ tf, tfl });
  } catch (cause) {
    throw new DeconvnetError('invalid-option', `The function setup of the module ${url} failed: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
