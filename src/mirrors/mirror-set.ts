import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { weightsOf } from '../network/layer-access.js';
import { isInput, type Network, type NetworkNode } from '../network/network.js';
import type { Reach } from '../regions/window.js';
import { alias } from '../tensors/alias.js';
import { type CustomMirrors, customMirrors } from './custom-mirrors.js';
import { guardedMirror } from './guarded.js';
import { placementOf } from './kit/placement.js';
import type { MirrorSteps } from './layer-class.js';
import type { MirrorFactory } from './mirror.js';
import { pullbackOf } from './recurrent/gradient.js';
import type { Roles } from './roles.js';
import { builtInMirror, layerClass, unsupportedLayer } from './table.js';

/** Mirrored weights of a node by step of its mirror, lent out. */
export interface Prepared {
  /** The weights it was made from: training replaces them. */
  readonly from: readonly tf.DataId[];
  readonly steps: readonly (readonly tf.Tensor[])[];
  /** How many ways down work with them. Those in use are freed by the last one that gives them back. */
  users: number;
  /** Whether newer ones have taken their place, or the Deconvnet was disposed. */
  retired: boolean;
}

const A_MIRROR =
  "Give a function (layer) => mirror, a mirror being an object such as { window: 'pointwise', down: (signal) => signal }.";

/** What users may say of mirrors. */
export interface MirrorSetOptions {
  readonly mirrors?: CustomMirrors;
  readonly fallback?: 'gradient';
}

/** The mirrors of one network, and the weights that were prepared for them. */
export class MirrorSet {
  readonly #network: Network;
  readonly #roles: Roles;
  readonly #custom: ReadonlyMap<NetworkNode, MirrorFactory>;
  readonly #fallback: 'gradient' | undefined;
  readonly #steps = new Map<NetworkNode, MirrorSteps | DeconvnetError>();
  readonly #prepared = new Map<NetworkNode, Prepared>();
  readonly #nonNegative = new Map<NetworkNode, boolean>();
  #disposed = false;

  constructor(network: Network, roles: Roles, { mirrors = {}, fallback }: MirrorSetOptions) {
    this.#network = network;
    this.#roles = roles;
    this.#custom = customMirrors(network, mirrors);
    this.#fallback = fallback;
  }

  /** The steps of a node's mirror in the order of the way up, or null where its class has none. */
  find(node: NetworkNode): MirrorSteps | null {
    const found = this.#find(node);
    return found instanceof DeconvnetError ? null : found;
  }

  /** @throws DeconvnetError that says why, where the node has no mirror: `unsupported-layer`, `invalid-mirror` ... */
  of(node: NetworkNode): MirrorSteps {
    const found = this.#find(node);
    if (found instanceof DeconvnetError) throw found;
    return found;
  }

  /** How far one output of a node reaches, step by step in the order of the way up; null: everything below. */
  reachOf(node: NetworkNode): readonly Reach[] | null {
    const steps = this.find(node);
    if (steps === null) return null;
    // If the channels lie along another axis than below, a window has no axes to run along. The mirror of a class that
    // moves axes knows that it does.
    const turned =
      layerClass(node.className).axisOrder === undefined &&
      node.inputs.some((index) => {
        const below = this.#network.nodes[index]!;
        return below.outputShape.length === node.outputShape.length && below.channelAxis !== node.channelAxis;
      });
    if (turned) return null;
    const reaches = steps.map((step) => step.window);
    return reaches.every((reach) => reach !== undefined) ? reaches : null;
  }

  /** Whether a node is a convolution. If nobody names layers, the convolutions are mined. */
  isConvolution({ className }: NetworkNode): boolean {
    return layerClass(className).isConvolution === true;
  }

  /** Whether a node's output cannot be negative, so that 0 there is no activation. */
  isNonNegative(node: NetworkNode): boolean {
    if (isInput(node)) return false;
    let known = this.#nonNegative.get(node);
    if (known === undefined) {
      const below = (): boolean => node.inputs.every((index) => this.isNonNegative(this.#network.nodes[index]!));
      known = false;
      for (const [step, { sign }] of (this.find(node) ?? []).entries()) {
        known = sign === 'non-negative' || (sign === 'as-input' && (step === 0 ? below() : known));
      }
      this.#nonNegative.set(node, known);
    }
    return known;
  }

  /**
   * Lends the mirrored weights of a node, made at the first call and made anew when the layer's weights have changed;
   * give them back with `release`. Lent, not cloned: wasm copies what is cloned, and packs the copy for convolving anew.
   * Call it where nothing awaits between this and the way up.
   */
  borrow(node: NetworkNode): Prepared {
    if (this.#disposed) throw new DeconvnetError('disposed', 'This Deconvnet has been disposed: make a new one.');
    const from = weightsOf(node.layer).map((weight) => weight.dataId);
    let prepared = this.#prepared.get(node);
    if (prepared?.from.length !== from.length || prepared.from.some((id, i) => id !== from[i])) {
      // A clone is ours to dispose even where a mirror hands out the layer's own weight.
      const steps = tf.tidy(() =>
        this.of(node).map((step) => (step.prepare?.(node.layer) ?? []).map((tensor) => alias(tensor))),
      );
      for (const tensor of steps.flat()) tf.keep(tensor);
      if (prepared) retire(prepared);
      prepared = { from, steps, users: 0, retired: false };
      this.#prepared.set(node, prepared);
    }
    prepared.users++;
    return prepared;
  }

  /** Frees what was prepared, or leaves it to the last way down that works with it. */
  dispose(): void {
    this.#disposed = true;
    for (const prepared of this.#prepared.values()) retire(prepared);
    this.#prepared.clear();
  }

  /** A layer without a mirror is no reason to refuse the layers below it: the error waits until it is in the way. */
  #find(node: NetworkNode): MirrorSteps | DeconvnetError {
    let found = this.#steps.get(node);
    if (found === undefined) {
      try {
        found = isInput(node) ? [] : this.#make(node);
      } catch (error) {
        if (!(error instanceof DeconvnetError)) throw error;
        found = error;
      }
      this.#steps.set(node, found);
    }
    return found;
  }

  #make(node: NetworkNode): MirrorSteps {
    const factory = this.#custom.get(node);
    if (factory) return [guardedMirror(factory(node.layer), node.name, A_MIRROR)];
    const builtIn = builtInMirror(node.layer, this.#roles, placementOf(this.#network, node));
    if (builtIn) return builtIn;
    if (this.#fallback === 'gradient') return [pullbackOf(node.layer)];
    throw unsupportedLayer(node.layer, node.name);
  }
}

/** Gives borrowed weights back. */
export function release(prepared: Prepared): void {
  prepared.users--;
  if (prepared.retired && prepared.users === 0) tf.dispose(prepared.steps.flat());
}

function retire(prepared: Prepared): void {
  prepared.retired = true;
  if (prepared.users === 0) tf.dispose(prepared.steps.flat());
}
