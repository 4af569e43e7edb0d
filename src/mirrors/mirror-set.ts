import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { ancestorsOf } from '../network/ancestors.js';
import { weightsOf } from '../network/layer-access.js';
import { isInput, type Network, type NetworkNode } from '../network/network.js';
import type { ReachOf } from '../network/walk-down.js';
import type { Reach } from '../regions/window.js';
import { alias } from '../tensors/alias.js';
import { constantGates, type GateRoles } from './constant-gates.js';
import { type CustomMirrors, customMirrors } from './custom-mirrors.js';
import { guardedMirror } from './guarded.js';
import { placementOf } from './kit/placement.js';
import type { MirrorSteps } from './layer-class.js';
import type { MirrorFactory } from './mirror.js';
import { pullbackOf } from './recurrent/gradient.js';
import type { Rule } from './rules.js';
import { builtInMirror, layerClass, unsupportedLayer } from './table.js';

/** The mirrored weights of a node, for each step of its mirror. They are lent to ways down. */
export interface Prepared {
  /** The identities of the layer's weights that they were made from. Training replaces the weights. */
  readonly from: readonly tf.DataId[];
  readonly steps: readonly (readonly tf.Tensor[])[];
  /** How many ways down are using them. If they are retired, the last one that gives them back frees them. */
  users: number;
  /** Whether newer weights have replaced them, or the Deconvnet was disposed. */
  retired: boolean;
}

const A_MIRROR =
  "Give a function (layer) => mirror. A mirror is an object such as { window: 'pointwise', down: (signal) => signal }.";

/** The mirrors that users may give, and what they may choose. */
export interface MirrorSetOptions {
  readonly mirrors?: CustomMirrors;
  readonly gates?: GateRoles;
  readonly fallback?: 'gradient';
}

/** The mirrors of one network, and the weights that are prepared for them. */
export class MirrorSet {
  readonly #network: Network;
  readonly #roles: Rule;
  readonly #custom: ReadonlyMap<NetworkNode, MirrorFactory>;
  readonly #gates: (node: NetworkNode) => readonly number[];
  readonly #fallback: 'gradient' | undefined;
  readonly #options: MirrorSetOptions;
  readonly #steps = new Map<NetworkNode, MirrorSteps | DeconvnetError>();
  readonly #prepared = new Map<NetworkNode, Prepared>();
  readonly #nonNegative = new Map<NetworkNode, boolean>();
  #disposed = false;

  constructor(network: Network, rule: Rule, options: MirrorSetOptions) {
    const { mirrors = {}, gates, fallback } = options;
    this.#options = options;
    this.#network = network;
    this.#roles = rule;
    this.#custom = customMirrors(network, mirrors);
    this.#gates = constantGates(network, rule, gates);
    this.#fallback = fallback;
  }

  /**
   * Mirrors by another rule, or for another network with layers of the same names. The user's own mirrors, the fallback and
   * the gates stay, except that a rule which sends the signal to all factors does so.
   */
  alike(network: Network, rule: Rule): MirrorSet {
    const { gates, ...rest } = this.#options;
    return new MirrorSet(network, rule, { ...rest, ...(gates && rule.gates !== 'signal' && { gates }) });
  }

  /** The steps of a node's mirror in the order of the way up, or null if the node has no mirror. */
  find(node: NetworkNode): MirrorSteps | null {
    const found = this.#find(node);
    return found instanceof DeconvnetError ? null : found;
  }

  /**
   * The steps of a node's mirror in the order of the way up.
   *
   * @throws DeconvnetError with the reason if the node has no mirror: `unsupported-layer`, `invalid-mirror` ...
   */
  of(node: NetworkNode): MirrorSteps {
    const found = this.#find(node);
    if (found instanceof DeconvnetError) throw found;
    return found;
  }

  /** The user's own function that makes the mirror of a node; undefined if the mirror is one of this library. */
  customOf(node: NetworkNode): MirrorFactory | undefined {
    return this.#custom.get(node);
  }

  /** The inputs of a node, by index, that count as constants on the way down. */
  gatesOf(node: NetworkNode): readonly number[] {
    return this.find(node)?.[0]?.gates ?? [];
  }

  /** What an activation can see: a gate is seen whole. */
  readonly sight: ReachOf = (node, input) => (this.gatesOf(node).includes(input) ? null : this.reachOf(node));

  /** Where the signal of an activation can land: no signal follows a gate. */
  readonly landing: ReachOf = (node, input) => (this.gatesOf(node).includes(input) ? undefined : this.reachOf(node));

  /** Whether an activation of a node sees anything through a gate, where its signal does not go. */
  isGated(node: NetworkNode): boolean {
    return [...this.wayDown([node])].some((index) => this.gatesOf(this.#network.nodes[index]!).length > 0);
  }

  /** Whether the records of a node can be cut to a smaller region than that of the way up. */
  canCutRecords(node: NetworkNode): boolean {
    return this.of(node).every(({ record, recordsLieOn }) => !record || recordsLieOn);
  }

  /** The indices of all nodes that a signal comes to on its way down from some layers, these included. */
  wayDown(targets: readonly NetworkNode[]): ReadonlySet<number> {
    return ancestorsOf(this.#network, targets, (node, input) => !this.gatesOf(node).includes(input));
  }

  /**
   * What one output of a node reads in the inputs that are not gates, for each step in the order of the way up; null if it
   * reads everything below.
   */
  reachOf(node: NetworkNode): readonly Reach[] | null {
    const steps = this.find(node);
    if (steps === null) return null;
    // If the channels lie on another axis than in the layer below, a window has no spatial axes in common with it to
    // run along. A class that moves axes is the exception, because its mirror takes the moved channels into account.
    const turned =
      layerClass(node.layer).axisOrder === undefined &&
      node.inputs.some((index) => {
        const below = this.#network.nodes[index]!;
        return below.outputShape.length === node.outputShape.length && below.channelAxis !== node.channelAxis;
      });
    if (turned) return null;
    const reaches = steps.map((step) => step.window);
    return reaches.every((reach) => reach !== undefined) ? reaches : null;
  }

  /** Whether a node's output cannot be negative. If so, 0 is not an activation. */
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
   * Lends the mirrored weights of a node. They are made at the first call, and again after the layer's weights have
   * changed. Give them back with `release`. They are not cloned, because wasm copies the values of a clone and packs
   * them for its convolutions once more. Do not await anything between the way up and this call, because training could
   * change the weights in the meantime.
   */
  borrow(node: NetworkNode): Prepared {
    if (this.#disposed) throw new DeconvnetError('disposed', 'This Deconvnet has been disposed: make a new one.');
    const from = weightsOf(node.layer).map((weight) => weight.dataId);
    let prepared = this.#prepared.get(node);
    if (prepared?.from.length !== from.length || prepared.from.some((id, i) => id !== from[i])) {
      // The library may dispose an alias even if the mirror returned the layer's own weight.
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

  /** Frees the prepared weights. If a way down is still using them, the last one that gives them back frees them. */
  dispose(): void {
    this.#disposed = true;
    for (const prepared of this.#prepared.values()) retire(prepared);
    this.#prepared.clear();
  }

  /** Keeps the error of a layer without a mirror, which is thrown only when a way down has to pass that layer. */
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
    const builtIn = builtInMirror(node.layer, this.#roles, placementOf(this.#network, node, this.#gates(node)));
    if (builtIn) return builtIn;
    if (this.#fallback === 'gradient') return [pullbackOf(node.layer)];
    throw unsupportedLayer(node.layer, node.name);
  }
}

/** Gives back weights that were borrowed. */
export function release(prepared: Prepared): void {
  prepared.users--;
  if (prepared.retired && prepared.users === 0) tf.dispose(prepared.steps.flat());
}

function retire(prepared: Prepared): void {
  prepared.retired = true;
  if (prepared.users === 0) tf.dispose(prepared.steps.flat());
}
