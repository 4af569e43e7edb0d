import { engine, serialization, type Tensor, tidy, type Variable, zeros } from '@tensorflow/tfjs-core';
import { type LayersModel, models } from '@tensorflow/tfjs-layers';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { ConfigEntry } from './config-entry.js';
import { replaceTraining } from './training-parts.js';

/** A weight by its name and shape: one that a file contains, or one that a topology has a place for. */
export interface NamedShape {
  /** The name under which TensorFlow.js saves and looks for it: `layer/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Builds a topology once with weights of zeros, returns the weights that it needs, and disposes it.
 *
 * tfjs keeps the weights of a model that it cannot finish. Therefore nothing is loaded before it is known to fit, and what
 * a failed build leaves behind is disposed here.
 *
 * @param saved how many values the saved weights have; undefined if there are none, or only a part of them. The build stops if the topology needs
 * more than twice as many, because it may need more than there is memory
 * @throws DeconvnetError `weights-mismatch` for such a topology.
 */
export async function placesForWeights(topology: ConfigEntry, saved: number | undefined): Promise<NamedShape[]> {
  const light = replaceTraining(topology, (role) =>
    role === 'initializer' ? { class_name: BoundedZeros.className, config: {} } : null,
  );
  serialization.registerClass(BoundedZeros);
  BoundedZeros.left = saved === undefined ? MOST_DRAWN : 2 * saved + SLACK;
  BoundedZeros.bound = saved === undefined ? '4 GB of weights' : 'twice the weights that the model has';
  const before = new Set(registeredVariables());
  let building: Promise<LayersModel> | undefined;
  // The model is built before the call returns, so all new variables are its own.
  tidy(() => {
    building = models.modelFromJSON({ modelTopology: light } as unknown as Parameters<typeof models.modelFromJSON>[0]);
  });
  const made = registeredVariables().filter((variable) => !before.has(variable));
  try {
    const model = await building!;
    return model.layers.flatMap(({ weights }) =>
      weights.map(({ originalName, shape }) => ({ name: originalName, shape: shape as readonly number[] })),
    );
  } finally {
    for (const variable of made) variable.dispose();
  }
}

/** This many extra values fit into memory, so the build can finish, and the error can name the missing weights. */
const SLACK = 1e6;

/** How many values a topology without weights may need. TensorFlow.js draws them at random and keeps them in memory. */
const MOST_DRAWN = 1e9;

/** An initializer that makes zeros, and fails if there are too many. */
class BoundedZeros extends serialization.Serializable {
  static readonly className = 'DeconvnetBoundedZeros';
  static left = 0;
  /** The limit, in words. */
  static bound = '';

  override getClassName(): string {
    return BoundedZeros.className;
  }

  fromConfigUsesCustomObjects(): boolean {
    return false;
  }

  override getConfig(): serialization.ConfigDict {
    return {};
  }

  apply(shape: number[]): Tensor {
    BoundedZeros.left -= shape.reduce((product, size) => product * size, 1);
    if (BoundedZeros.left < 0) {
      throw new DeconvnetError(
        'weights-mismatch',
        `The topology needs more than ${BoundedZeros.bound}, at a weight of shape [${shape}]. A topology and its weights must come from the same model: save or convert it again.`,
      );
    }
    return zeros(shape);
  }
}

function registeredVariables(): Variable[] {
  return Object.values(engine().registeredVariables);
}
