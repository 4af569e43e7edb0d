import { createHash } from 'node:crypto';
import { CHECKPOINT_MAGIC } from './checkpoint-paths.js';
import type { LeftOut } from './mine-chunk.js';
import type { RunIdentity } from './run-identity.js';
import type { WorkLeft } from './worklist.js';

/** All that is needed to resume a run. */
export interface Checkpoint {
  readonly run: RunIdentity;
  readonly left: WorkLeft;
  readonly skipped: readonly LeftOut[];
  readonly setAside: readonly LeftOut[];
  /** The state of the miner, as `PatchMiner.save` writes it. */
  readonly state: Uint8Array;
}

// A checkpoint is the magic word, the version, the header's length, the header as JSON, the state, and SHA-256 of all these.
const VERSION = 1;
const PREFIX = CHECKPOINT_MAGIC.length + 8;
const DIGEST = 32;
/** How many bytes are hashed and written at a time, so that other work can run in between. */
const PIECE = 2 ** 23;

/** The bytes of a checkpoint, piece by piece. */
export function* checkpointBytes({ state, ...header }: Checkpoint): Generator<Uint8Array, void, undefined> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const prefix = new Uint8Array(PREFIX);
  prefix.set(new TextEncoder().encode(CHECKPOINT_MAGIC));
  const view = new DataView(prefix.buffer);
  view.setUint32(CHECKPOINT_MAGIC.length, VERSION, true);
  view.setUint32(CHECKPOINT_MAGIC.length + 4, text.length, true);
  const hash = createHash('sha256');
  for (const part of [prefix, text, state]) {
    for (let at = 0; at < part.length; at += PIECE) {
      const piece = part.subarray(at, at + PIECE);
      hash.update(piece);
      yield piece;
    }
  }
  yield hash.digest();
}

/** Reads a checkpoint, or returns what is wrong with it, as the end of a sentence. */
export function readCheckpointBytes(bytes: Uint8Array): Checkpoint | { readonly fault: string } {
  if (bytes.length < PREFIX + DIGEST) return { fault: `it was cut off after ${bytes.length} bytes` };
  if (new TextDecoder().decode(bytes.subarray(0, CHECKPOINT_MAGIC.length)) !== CHECKPOINT_MAGIC)
    return { fault: 'it is not a checkpoint' };
  const end = bytes.length - DIGEST;
  const digest = createHash('sha256').update(bytes.subarray(0, end)).digest();
  if (!digest.equals(bytes.subarray(end))) return { fault: 'its checksum is wrong: it was cut off or changed' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(CHECKPOINT_MAGIC.length, true);
  if (version !== VERSION) {
    return { fault: `it has version ${version}, and this release of deconvnet reads version ${VERSION}` };
  }
  const from = PREFIX + view.getUint32(CHECKPOINT_MAGIC.length + 4, true);
  // The checksum is right, so this is the JSON that was written.
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX, from))) as Omit<Checkpoint, 'state'>;
  return { ...header, state: bytes.subarray(from, end) };
}
