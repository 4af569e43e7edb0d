import type { Advice, DeconvnetError } from 'deconvnet';

/** What the page says where the library speaks of its own functions and options. */
const words: Partial<Record<Advice['about'], string>> = {
  'register-class':
    'It can be shown in a page of your own, where that class is registered; see the library’s documentation.',
  'give-mirror': 'Choose a layer below it.',
  'input-tensor': 'This page shows networks that take pictures.',
};

/** An error of the library in the words of the page; any other error as it is. */
export function inPageWords(error: unknown): unknown {
  if (!isOfLibrary(error) || !error.advice) return error;
  return new Error(`${error.what} ${words[error.advice.about] ?? error.advice.text}`, { cause: error });
}

/** Whether an error is one of the library, which says what and why in words for people. */
function isOfLibrary(error: unknown): error is DeconvnetError {
  return error instanceof Error && error.name === 'DeconvnetError';
}
