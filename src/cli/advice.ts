import type { Advice, DeconvnetError } from 'deconvnet';

/** What the command line says where the library speaks of its own functions and options. */
const words: Readonly<Record<Advice['about'], string>> = {
  'register-class':
    'Port the class and register it, with tf.serialization.registerClass, in a module of your own: --import MODULE. See docs/mirrors.md.',
  'give-mirror':
    'Choose a layer below it; or give it a mirror, which a module of your own exports as mirrors: --import MODULE; or take its plain gradient: --fallback gradient.',
  'choose-layers': 'Name some with --layers.',
  'mine-layer': 'Add it to --layers.',
  resume: 'Go on from it with --resume, or remove it, and the one before it (.prev), to begin from the start.',
  'max-pixels': 'Make it smaller, or leave it out; mine and gallery allow more with --max-pixels.',
  'worker-backend': 'Say --backend wasm, or leave --workers out.',
  'fewer-workers': 'Take fewer --workers, or none, to see what happens.',
  'input-format': 'Say the same --input as deconvnet mine was given.',
  'input-tensor': 'The command line gives networks pictures; from JavaScript, deconvnet.project takes any tensor.',
};

/** The message of an error of the library in the words of the command line. */
export function messageOf({ message, what, advice }: Pick<DeconvnetError, 'message' | 'what' | 'advice'>): string {
  return advice ? `${what} ${words[advice.about] ?? advice.text}` : message;
}
