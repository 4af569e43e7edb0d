// The packages that users install beside this one: their names, their versions and what they are for. This file imports
// nothing, so that the bin can read it even if no peer is installed.

/** A package that users install beside this one. */
export interface Peer {
  readonly name: string;
  /** What to install: the name, with a version if it must have a certain one. */
  readonly spec: string;
  /** What it is needed for, as the end of a sentence: "... is needed to compute". */
  readonly purpose: string;
}

/** All packages of TensorFlow.js must have the same version. */
const TFJS = '4.22.0';

function tfjs(name: string, purpose: string): Peer {
  return { name: `@tensorflow/${name}`, spec: `@tensorflow/${name}@${TFJS}`, purpose };
}

/** A backend of TensorFlow.js that runs in plain Node. */
export type NodeBackend = 'wasm' | 'cpu' | 'webgpu';

/** The short name of a peer. */
export type PeerName = 'core' | 'layers' | NodeBackend | 'dawn' | 'sharp' | 'h5wasm' | 'bullmq' | 'ioredis';

/** All peers. `npm` installs the first two together with this package. */
export const peers: Readonly<Record<PeerName, Peer>> = {
  core: tfjs('tfjs-core', 'to compute'),
  layers: tfjs('tfjs-layers', 'to run a network'),
  wasm: tfjs('tfjs-backend-wasm', "for the backend 'wasm'"),
  cpu: tfjs('tfjs-backend-cpu', "for the backend 'cpu'"),
  webgpu: tfjs('tfjs-backend-webgpu', "for the backend 'webgpu'"),
  dawn: { name: 'webgpu', spec: 'webgpu', purpose: "for the backend 'webgpu', because Node has no WebGPU of its own" },
  sharp: { name: 'sharp', spec: 'sharp', purpose: 'to read and write pictures' },
  h5wasm: { name: 'h5wasm', spec: 'h5wasm', purpose: 'to read files of Keras' },
  bullmq: { name: 'bullmq', spec: 'bullmq@6', purpose: 'to share work through a queue' },
  ioredis: { name: 'ioredis', spec: 'ioredis', purpose: 'to reach the queue on a Redis server' },
};

/** The peers that a backend needs. */
export function backendPeers(backend: NodeBackend): readonly PeerName[] {
  return backend === 'webgpu' ? ['webgpu', 'dawn'] : [backend];
}

/** The command that installs peers and, with `itself`, this package. */
export function installCommand(
  names: readonly PeerName[],
  { itself = false }: { readonly itself?: boolean } = {},
): string {
  return `npm install ${[...(itself ? ['deconvnet'] : []), ...names.map((name) => peers[name].spec)].join(' ')}`;
}

/**
 * The command that runs the bin and all that it needs without installing anything.
 *
 * @param args the words after `deconvnet`
 * @param backend the backend to run on
 * @param more other packages that it needs
 */
export function npxCommand(args: string, backend: NodeBackend = 'wasm', more: readonly PeerName[] = []): string {
  const names = ['core', 'layers', ...backendPeers(backend), 'sharp', ...more] as const;
  return `npx ${['deconvnet', ...names.map((name) => peers[name].spec)].map((spec) => `-p ${spec}`).join(' ')} deconvnet ${args}`;
}

/**
 * The message for missing peers: which ones, what they are needed for, and two ways to get them.
 *
 * @param install the command that installs them
 * @param npx the command that needs no installation
 */
export function missingPeersMessage(names: readonly PeerName[], install: string, npx: string): string {
  const missing = names.map((name) => `${peers[name].name} is needed ${peers[name].purpose}`).join(', ');
  const [verb, object] = names.length === 1 ? ['is', 'it'] : ['they are', 'them'];
  return `${missing}, and ${verb} not installed. Install ${object}:

  ${install}

or run the command line without installing anything:

  ${npx}
`;
}
