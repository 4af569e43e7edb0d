import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { capital } from '../bytes/capital.js';
import { allEntries, type ConfigEntry, isModelEntry, isRecord, nameOf } from '../keras/config-entry.js';
import { readTopology, type SavedTopology } from '../keras/read-topology.js';

/**
 * Reads a topology that Keras wrote: as text or as an object, alone, in a model.json, or with the version that wrote it.
 *
 * @param subject the name of the file in messages
 * @param version the version of Keras, if another file says it
 * @throws DeconvnetError `model-unreadable`; `unsupported-layer` for a model whose layers only Python code knows.
 */
export function kerasTopology(subject: string, value: unknown, version?: string): SavedTopology {
  const json = typeof value === 'string' ? parsed(subject, value) : value;
  const { modelTopology = json, format } = isRecord(json) ? json : {};
  const saved = readTopology(modelTopology, format, subject);
  if (!saved) {
    throw new DeconvnetError(
      'model-unreadable',
      `${capital(subject)} is not the topology of a model. Expected: an object with 'class_name' and 'config', as model.to_json() of Keras and the config.json in a .keras file have it, or a model.json.`,
    );
  }
  const { topology } = saved;
  if (!isModelEntry(topology)) {
    throw new DeconvnetError(
      'unsupported-layer',
      `${capital(subject)} is a model of the class ${topology.class_name}, and does not say which layers it has: only its Python code does. Build the same model as a functional model or a Sequential in Keras, and save it again.`,
    );
  }
  const old = [...allEntries(topology)].find(isOfKeras1);
  if (old) {
    throw new DeconvnetError(
      'unsupported-layer',
      `Layer '${nameOf(old)}' of ${subject}, a ${old.class_name}, has the options of Keras 1, which stores weights in another way. Load the file with Keras 2.0 to 2.2, which reads it, and save it again: load_model('old.h5').save('new.h5').`,
      { layer: nameOf(old) },
    );
  }
  const said = version ?? versionIn(modelTopology);
  return { ...saved, keras3: said === undefined ? saved.keras3 && !isKeras2(topology) : !/^[012]\./.test(said) };
}

function parsed(subject: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeconvnetError(
      'model-unreadable',
      `${capital(subject)} is not JSON (${why}). It is damaged. Download or save the model again.`,
      { cause },
    );
  }
}

function versionIn(value: unknown): string | undefined {
  return isRecord(value) && typeof value.keras_version === 'string' && /^\d/.test(value.keras_version)
    ? value.keras_version
    : undefined;
}

/** Whether an entry has an option that only Keras 1 has: the filters of a convolution, the units of a dense layer, padding. */
function isOfKeras1({ class_name, config }: ConfigEntry): boolean {
  return 'nb_filter' in config || 'border_mode' in config || (class_name === 'Dense' && 'output_dim' in config);
}

/** Whether Keras 2 wrote a topology, though it has names of modules, as in the `.keras` files of Keras 2.12 and tf_keras. */
function isKeras2(topology: ConfigEntry): boolean {
  return [...allEntries(topology)].some((entry) => {
    const { module, inbound_nodes: nodes } = entry as { readonly module?: unknown; readonly inbound_nodes?: unknown };
    return (
      'batch_input_shape' in entry.config ||
      (typeof module === 'string' && module.startsWith('tf_keras')) ||
      (Array.isArray(nodes) && Array.isArray(nodes[0]))
    );
  });
}
