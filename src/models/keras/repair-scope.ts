import { type Advice, DeconvnetError, type DeconvnetErrorCode } from '../../errors/deconvnet-error.js';
import { type ConfigEntry, nameOf } from './config-entry.js';

/** The context of a repair, which every step receives. */
export interface RepairScope {
  /** The name of the file or the model in messages. */
  readonly subject: string;
  /** Whether Keras 3 wrote the topology. */
  readonly keras3: boolean;
  /** Whether TensorFlow.js wrote the topology. */
  readonly tfjs: boolean;
  /** The names of the enclosing models, each followed by a slash. */
  readonly prefix: string;
  /** The layers that were left out because no output needs them; steps add to it. */
  readonly leftOut: LeftOutLayer[];
  /** Warnings for the user, in full sentences; steps add to it. */
  readonly warnings: string[];
}

/** A layer that no output of its model needs. */
export interface LeftOutLayer {
  /** Its name, after the names of the enclosing models. */
  readonly name: string;
  readonly entry: ConfigEntry;
}

/** The beginning of a message about a layer. */
function titleOf({ subject, prefix }: Pick<RepairScope, 'subject' | 'prefix'>, name: string): string {
  return `Layer '${fullName(prefix, name)}' of ${subject}`;
}

/** The name of a layer after those of the enclosing models, which it may have already. */
export function fullName(prefix: string, name: string): string {
  return name.startsWith(prefix) ? name : `${prefix}${name}`;
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
    layer: fullName(scope.prefix, name),
    ...(advice && { advice }),
  });
}
