import { add, matMul, mul, reshape, split, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { initializers, layers } from '@tensorflow/tfjs-layers';
import type { LayerClass } from '../../mirrors/layer-class.js';
import { RECURRENT } from '../../mirrors/rows.js';
import { activationObject, weightsOf } from '../../network/layer-access.js';

type RnnArgs = ConstructorParameters<typeof layers.RNN>[0];
type CellArgs = ConstructorParameters<typeof layers.RNNCell>[0];
type ActivationArgs = Parameters<typeof layers.activation>[0];
type Function = { apply(x: Tensor): Tensor };

interface GruOptions {
  readonly units: number;
  readonly activation?: string;
  readonly recurrentActivation?: string;
  readonly useBias?: boolean;
}

/** The activation function of tfjs that has a name. */
const functionOf = (activation: string): Function =>
  activationObject(layers.activation({ activation } as ActivationArgs)) as Function;

/**
 * One step of a GRU that resets after the product of matrices, as Keras does by default and tfjs cannot:
 *
 * - `z = σ(W x + U h)`, and `r` likewise;
 * - `ĥ = tanh(W x + b + r · (U h + c))`;
 * - `h' = z · h + (1 − z) · ĥ`.
 *
 * All three have two biases each, which are the rows of one weight. Dropout acts in training only, and is left out.
 *
 * Source: Cho et al., Learning phrase representations using RNN encoder–decoder (EMNLP 2014).
 */
export class KerasGRUCell extends layers.RNNCell {
  static readonly className = 'KerasGRUCell';
  readonly stateSize: number;
  readonly #options: Required<GruOptions>;
  readonly #activation: Function;
  readonly #recurrentActivation: Function;

  constructor(config: GruOptions) {
    super(config as CellArgs);
    const { units, activation = 'tanh', recurrentActivation = 'sigmoid', useBias = true } = config;
    this.#options = { units, activation, recurrentActivation, useBias };
    this.stateSize = units;
    this.#activation = functionOf(activation);
    this.#recurrentActivation = functionOf(recurrentActivation);
  }

  /** It runs inside a recurrent layer, so it has no mirror of its own. */
  deconvnetClass(): LayerClass {
    return {};
  }

  override build(inputShape: number[]): void {
    const { units, useBias } = this.#options;
    const gates = 3 * units;
    const draw = initializers.glorotUniform({});
    this.addWeight('kernel', [inputShape.at(-1)!, gates], 'float32', draw);
    this.addWeight('recurrent_kernel', [units, gates], 'float32', draw);
    if (useBias) this.addWeight('bias', [2, gates], 'float32', initializers.zeros());
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor[] {
    return tidy(() => {
      const [x, h] = inputs as Tensor[];
      const [kernel, recurrent, bias] = weightsOf(this);
      const biases = bias ? split(bias, 2) : [];
      const gates = (input: Tensor, matrix: Tensor, row: number): Tensor[] => {
        const product = matMul(input as never, matrix as never);
        return split(bias ? add(product, reshape(biases[row]!, [-1])) : product, 3, 1);
      };
      const [xUpdate, xReset, xNew] = gates(x!, kernel!, 0);
      const [hUpdate, hReset, hNew] = gates(h!, recurrent!, 1);
      const update = this.#recurrentActivation.apply(add(xUpdate!, hUpdate!));
      const reset = this.#recurrentActivation.apply(add(xReset!, hReset!));
      const made = this.#activation.apply(add(xNew!, mul(reset, hNew!)));
      const next = add(mul(update, h!), mul(sub(1, update), made));
      return [next, next];
    });
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    return { ...super.getConfig(), ...this.#options, resetAfter: true };
  }
}

/** GRU with `reset_after`, which is the default of Keras, and which tfjs refuses. */
export class KerasGRU extends layers.RNN {
  static override readonly className = 'KerasGRU';

  constructor(config: GruOptions & Omit<RnnArgs, 'cell'>) {
    super({ ...config, cell: new KerasGRUCell(config) } as RnnArgs);
  }

  /** tfjs makes an RNN from the cell in its config, but this layer makes its own cell. */
  static override fromConfig<T>(made: new (config: never) => T, config: object): T {
    return new made(config as never);
  }

  deconvnetClass(): LayerClass {
    return RECURRENT;
  }
}
