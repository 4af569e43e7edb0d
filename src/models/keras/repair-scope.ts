import { type Advice, DeconvnetError, type DeconvnetErrorCode } from '../../errors/deconvnet-error.js';
import { type ConfigEntry, nameOf } from './config-entry.js';

/** What every step of a repair knows. */
export interface RepairScope {
  /** What messages call the file or the model. */
  readonly subject: string;
  /** Whether Keras 3 wrote the topology. */
  readonly keras3: boolean;
  /** Whether TensorFlow.js wrote the topology. */
  readonly tfjs: boolean;
  /** The names of the models around, each followed by a slash. */
  readonly prefix: string;
  /** What was left out because no output needs it; steps add to it. */
  readonly leftOut: LeftOutLayer[];
  /** What a person should know of the model, in full sentences; steps add to it. */
  readonly warnings: string[];
}

/** A layer that no output of its model needs. */
export interface LeftOutLayer {
  /** Its name, behind those of the models around it. */
  readonly name: string;
  readonly entry: ConfigEntry;
}

/** How messages begin that are about a layer. */
export function titleOf({ subject, prefix }: Pick<RepairScope, 'subject' | 'prefix'>, name: string): string {
  return `Layer '${prefix}${name}' of ${subject}`;
}

/** An error about one layer. */
export function layerError(
  scope: RepairScope,
  layer: ConfigEntry | string,
  code: DeconvnetErrorCode,
  rest: string,
  advice?: Advice,
): DeconvnetError {
  const name = typeof layer === 'string' ? layer : nameOf(layer);
  return new DeconvnetError(code, `${titleOf(scope, name)} ${rest}`, {
    layer: `${scope.prefix}${name}`,
    ...(advice && { advice }),
  });
}
