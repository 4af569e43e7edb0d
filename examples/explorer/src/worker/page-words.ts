import type { Advice, DeconvnetError } from 'deconvnet';

/** What the page says where the library speaks of its own functions and options. */
const words: Partial<Record<Advice['about'], string>> = {
  'register-class':
    'It can be shown in a page of your own, where that class is registered; see the library’s documentation.',
  'give-mirror': 'Choose a layer below it.',
  'input-tensor': 'This page shows networks that take pictures.',
  'give-topology':
    "Drop it together with its topology, which model.to_json() of Keras writes: net.weights.h5 with net.json. Or save the whole model in Keras, and drop that: model.save('model.keras').",
  'give-weights':
    "Drop it together with its weights, which model.save_weights() of Keras writes: net.json with net.weights.h5. Or save the whole model in Keras, and drop that: model.save('model.keras').",
};

/** An error of the library in the words of the page; any other error as it is. */
export function inPageWords(error: unknown): unknown {
  if (!isOfLibrary(error)) return error;
  if (error.code === 'missing-peer') {
    return new Error(
      'The part of this page that reads files of Keras cannot be loaded. Look whether you are still connected to the server of the page, and try again.',
      { cause: error },
    );
  }
  if (!error.advice) return error;
  return new Error(`${error.what} ${words[error.advice.about] ?? error.advice.text}`, { cause: error });
}

/** Whether an error is one of the library, which says what and why in words for people. */
export function isOfLibrary(error: unknown): error is DeconvnetError {
  return error instanceof Error && error.name === 'DeconvnetError';
}
