import { createRequire } from 'node:module';
import { version_core as coreVersion, env, getBackend } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { importPeer } from '../import-peer.js';
import { modelHash } from '../mine/model-hash.js';
import type { RunIdentity } from '../mine/run-identity.js';
import { sha256 } from './run-folder.js';

/**
 * All that the results of a part depend on beside the pictures and what is asked of them, by name: two machines on which it
 * is the same compute the same bytes.
 */
export async function environmentOf(deconvnet: Deconvnet): Promise<RunIdentity> {
  const { default: sharp } = await importPeer('sharp', () => import('sharp'));
  return {
    library: `deconvnet ${libraryVersion()}`,
    'backend build': backendBuild(),
    'picture decoder': `sharp ${sharp.versions.sharp ?? ''} with libvips ${sharp.versions.vips}`,
    model: `${deconvnet.model.name}, SHA-256 ${await modelHash(deconvnet.model)}`,
    rule: deconvnet.engine.rule.name,
    'input format': deconvnet.describeInput(),
    labels: JSON.stringify(deconvnet.labels ?? null),
    'own mirrors': ownMirrors(deconvnet),
  };
}

/** The version of this package. */
export function libraryVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('deconvnet/package.json') as { readonly version: string }).version;
}

/** The backend, its version, and which of its programs runs on this machine. */
function backendBuild(): string {
  const backend = getBackend();
  const simd = backend === 'wasm' ? `, ${env().get('WASM_HAS_SIMD_SUPPORT') ? 'with' : 'without'} SIMD` : '';
  return `${backend} of TensorFlow.js ${coreVersion}${simd}`;
}

/** SHA-256 of the code of the user's own mirrors. Those of this library are known by its version. */
function ownMirrors({ engine: { network, mirrors } }: Deconvnet): string {
  const own = network.nodes.flatMap((node) => {
    const factory = mirrors.customOf(node);
    return factory ? [[node.name, String(factory)]] : [];
  });
  return own.length === 0 ? 'none' : `${own.length}, SHA-256 ${sha256(JSON.stringify(own))}`;
}
