import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { MirrorSet } from '../mirrors/mirror-set.js';
import type { Activation } from '../mirrors/rectify/activation.js';
import { boundedEnd, type RankedBy, rankedBy } from '../mirrors/rectify/bounded-end.js';
import type { Rule } from '../mirrors/rules.js';
import { ancestorsOf } from '../network/ancestors.js';
import { insideTidy, isDisposed } from '../network/layer-access.js';
import type { Network, NetworkNode } from '../network/network.js';
import { checkWeights } from './check-finite.js';

/** A convnet with its mirrors: all that the way up and the ways down need. */
export class Engine {
  readonly network: Network;
  readonly mirrors: MirrorSet;
  readonly rule: Rule;
  /** Whether a single activation runs on the part of the network that it sees: if that costs less, or, in tests, always or never. */
  strategy: 'by-cost' | 'cropped' | 'whole' = 'by-cost';
  /** How many bytes the images that go up together, or the signals that go down together, may take. */
  readonly maxBytes: number;
  #disposed = false;

  constructor(network: Network, mirrors: MirrorSet, { rule, maxBytes }: Pick<Engine, 'rule' | 'maxBytes'>) {
    this.network = network;
    this.mirrors = mirrors;
    this.rule = rule;
    this.maxBytes = maxBytes;
  }

  /**
   * An engine by another rule, or for another network with layers of the same names. Whatever else the user chose stays.
   * The caller disposes it.
   */
  alike({ rule = this.rule, network = this.network }: { readonly rule?: Rule; readonly network?: Network }): Engine {
    return new Engine(network, this.mirrors.alike(network, rule), { rule, maxBytes: this.maxBytes });
  }

  /**
   * Whether a layer with a bounded nonlinearity is seeded, ranked and mined by the input of that nonlinearity. Outputs
   * saturate, so that several images can have exactly the same. Only the rule `gradient` starts at the output, because
   * its projection is the gradient of that output.
   */
  get atInputs(): boolean {
    return this.rule.rectify.seed !== 'output';
  }

  /** The bounded nonlinearity at whose input a node is seeded, ranked and mined; undefined if that is done by its output. */
  boundedEnd(node: NetworkNode): Activation | undefined {
    return this.atInputs ? boundedEnd(this.mirrors.find(node) ?? []) : undefined;
  }

  /** What the activations of a node are ranked, mined and seeded by. */
  rankedBy(node: NetworkNode): RankedBy {
    const bounded = this.boundedEnd(node);
    return bounded ? rankedBy(bounded) : 'output';
  }

  /** The value that an activation of a node must exceed to count: 0 after a ReLU, and -Infinity if it can be negative. */
  firesAbove(node: NetworkNode): number {
    const bounded = this.boundedEnd(node);
    const isRectified = bounded ? bounded.family === 'rectifier' : this.mirrors.isNonNegative(node);
    return isRectified ? 0 : Number.NEGATIVE_INFINITY;
  }

  /**
   * Call this before work on tensors, and again after every await that comes before such work: the Deconvnet or the model
   * may have been disposed in the meantime.
   *
   * @throws DeconvnetError `disposed` or `inside-tidy`.
   */
  assertUsable(): void {
    if (this.#disposed) {
      throw new DeconvnetError('disposed', 'This Deconvnet has been disposed: make a new one from the model.');
    }
    const gone = this.network.nodes.find(({ layer }) => isDisposed(layer));
    if (gone) {
      throw new DeconvnetError(
        'disposed',
        `Model '${this.network.model.name}' has been disposed, and its layer '${gone.name}' with it: load the model again.`,
        { layer: gone.name },
      );
    }
    if (insideTidy()) {
      throw new DeconvnetError(
        'inside-tidy',
        'This call works asynchronously and cannot run inside tf.tidy, which would free its tensors too early: call it outside, and dispose what it returns.',
      );
    }
  }

  /**
   * Checks that all weights of some layers, and of the layers below them, are finite. Weights are checked once, until
   * training changes them.
   *
   * @throws DeconvnetError `not-finite`, `disposed`, `inside-tidy`.
   */
  async checkWeights(targets: readonly NetworkNode[]): Promise<void> {
    this.assertUsable();
    const nodes = [...ancestorsOf(this.network, targets)].map((index) => this.network.nodes[index]!);
    await checkWeights(nodes);
    this.assertUsable();
  }

  /** Frees what was prepared for the way down. */
  dispose(): void {
    this.#disposed = true;
    this.mirrors.dispose();
  }
}
