import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { capital } from '../bytes/capital.js';

/**
 * The error for a file of weights without a topology.
 *
 * @param how the ways to give a topology here, without the full stop
 */
export function noTopology(subject: string, how: string): DeconvnetError {
  return new DeconvnetError(
    'model-unreadable',
    `${capital(subject)} has weights alone, and not the layers that they belong to.`,
    {
      advice: {
        about: 'give-topology',
        text: `Give the topology too, which model.to_json() of Keras writes: ${how}. Or save the whole model: model.save('model.keras').`,
      },
    },
  );
}
