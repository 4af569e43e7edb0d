import type { io } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { readTopology, type SavedTopology } from './read-topology.js';
import { checkWeight, isWeightSpec, weightBytes } from './weight-bytes.js';

/** The name of a model that an `IOHandler` loaded, in messages. */
export const SUBJECT = 'the model';

/** The topology that a handler loaded. @throws DeconvnetError `model-unreadable`, `graph-model`. */
export function topologyOf({ modelTopology, format }: io.ModelArtifacts): SavedTopology {
  const saved = readTopology(modelTopology, format, 'The model');
  if (saved) return saved;
  throw new DeconvnetError(
    'model-unreadable',
    "What was loaded is not a layers model. Expected: 'modelTopology' with 'class_name' and 'config', as model.save() of TensorFlow.js writes it.",
  );
}

/**
 * The descriptions of the weights that a handler loaded; undefined if there are none.
 *
 * @throws DeconvnetError `model-unreadable` if they do not fit the bytes.
 */
export function specsOf({
  weightSpecs: specs,
  weightData: data,
}: io.ModelArtifacts): readonly io.WeightsManifestEntry[] | undefined {
  if (!specs || !data) return undefined;
  if (!Array.isArray(specs) || !specs.every(isWeightSpec)) {
    throw new DeconvnetError(
      'model-unreadable',
      `The weights of ${SUBJECT} are not described: weightSpecs must be a list of { name, shape, dtype }. Save the model again.`,
    );
  }
  for (const spec of specs) checkWeight(SUBJECT, spec);
  const expected = specs.reduce((sum, spec) => sum + weightBytes(spec), 0);
  const found = [data].flat().reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (found !== expected) {
    throw new DeconvnetError(
      'model-unreadable',
      `The weights of ${SUBJECT} need ${expected} bytes, and ${found} were loaded. A weights file was cut short or is too long: copy or save the model again.`,
    );
  }
  return specs;
}
