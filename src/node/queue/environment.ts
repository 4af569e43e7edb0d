import { version_core as coreVersion, env, getBackend } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { importPeer } from '../import-peer.js';
import { libraryVersion } from '../library-version.js';
import { modelHash } from '../mine/model-hash.js';
import type { RunIdentity } from '../mine/run-identity.js';
import { mirrorsIdentity } from '../projecting/projection-identity.js';

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
    ...mirrorsIdentity(deconvnet),
  };
}

/** The backend, its version, and which of its programs runs on this machine. */
function backendBuild(): string {
  const backend = getBackend();
  const simd = backend === 'wasm' ? `, ${env().get('WASM_HAS_SIMD_SUPPORT') ? 'with' : 'without'} SIMD` : '';
  return `${backend} of TensorFlow.js ${coreVersion}${simd}`;
}
