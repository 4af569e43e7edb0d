import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { MirrorSet } from '../mirrors/mirror-set.js';
import type { Rule } from '../mirrors/rules.js';
import { ancestorsOf } from '../network/ancestors.js';
import { insideTidy, isDisposed } from '../network/layer-access.js';
import type { Network, NetworkNode } from '../network/network.js';
import { checkWeights } from './check-finite.js';

/** A convnet with its mirrors: what one way up and many ways down need. */
export class Engine {
  readonly network: Network;
  readonly mirrors: MirrorSet;
  readonly rule: Rule;
  /** Whether single activations run on the part of the network that they see: by cost, or, in tests, always or never. */
  strategy: 'by-cost' | 'cropped' | 'whole' = 'by-cost';
  /** Bytes that what goes up or down together may take. */
  readonly maxBytes: number;
  #disposed = false;

  constructor(network: Network, mirrors: MirrorSet, { rule, maxBytes }: Pick<Engine, 'rule' | 'maxBytes'>) {
    this.network = network;
    this.mirrors = mirrors;
    this.rule = rule;
    this.maxBytes = maxBytes;
  }

  /**
   * Whether a softmax layer is seeded, ranked and mined by its input: probabilities saturate, so that several pictures
   * can have exactly 1. The gradient of a softmax is that of the probability.
   */
  get atLogits(): boolean {
    return this.rule.rectify.seed !== 'output';
  }

  /** @throws DeconvnetError `disposed` or `inside-tidy`. */
  assertUsable(): void {
    if (this.#disposed) {
      throw new DeconvnetError('disposed', 'This Deconvnet has been disposed: make a new one of the model.');
    }
    const gone = this.network.nodes.find(({ layer }) => isDisposed(layer));
    if (gone) {
      throw new DeconvnetError(
        'disposed',
        `Model '${this.network.model.name}' has been disposed, its layer '${gone.name}' with it: load it again.`,
        { layer: gone.name },
      );
    }
    if (insideTidy()) {
      throw new DeconvnetError(
        'inside-tidy',
        'This call works asynchronously and cannot run inside tf.tidy, which would free its tensors half-way: call it outside, and dispose what it returns.',
      );
    }
  }

  /** Checks once that the weights below some layers can be computed with. */
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
