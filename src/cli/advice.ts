import type { Advice, DeconvnetError } from 'deconvnet';

/** The advice of the command line, which replaces advice of the library about its own functions and options. */
export const words: Readonly<Record<Advice['about'], string>> = {
  'register-class':
    'Write the class in JavaScript, in a module that ends with tf.serialization.registerClass(NAME_OF_THE_CLASS), and give it with --import MODULE. See docs/mirrors.md.',
  'give-topology':
    "Give the topology too, which model.to_json() of Keras writes: --topology FILE, or the same name with .json beside the weights. Or save the whole model: model.save('model.keras').",
  'give-weights':
    "Give the file with the weights as MODEL, and this one with --topology. Or save the whole model: model.save('model.keras').",
  'give-mirror':
    'Choose a layer below it. Or give it a mirror, which a module of your own exports as mirrors: --import MODULE. Or use its plain gradient: --fallback gradient.',
  'choose-layers': 'Name some with --layers.',
  'choose-map':
    'Choose other pictures with --pictures, or, in a command of its own, a feature map with --map or a --layer.',
  'give-labels': 'Give their names with --labels.',
  'mine-layer': 'Add it to --layers.',
  'mine-again':
    'Mine the pictures again with deconvnet mine. A state that was mined with --rule gradient needs the same option here.',
  resume: 'Go on from it with --resume, or remove it, and the previous one (.prev), to start again.',
  'max-pixels':
    'Make it smaller, or leave it out. Commands that read many pictures accept larger ones with --max-pixels.',
  'allow-host': 'Allow more with --allow-host HOST, which can be repeated.',
  'follow-links': 'Give --follow-links to follow them.',
  'worker-backend': 'Give --backend wasm, or leave out --workers.',
  'fewer-workers': 'Use fewer --workers if memory is short, or none to see the error.',
  'input-format': 'Give the same --input as to deconvnet mine.',
  'input-tensor':
    'Give it signals: .npy files of NumPy, or .json files of nested lists, which contain model input. In JavaScript, deconvnet.project takes any tensor.',
};

/** The message of a library error, with the advice of the command line. */
export function messageOf({ message, what, advice }: Pick<DeconvnetError, 'message' | 'what' | 'advice'>): string {
  return advice ? `${what} ${words[advice.about] ?? advice.text}` : message;
}
