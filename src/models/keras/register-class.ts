import type { Advice } from '../../errors/deconvnet-error.js';

/** What to do if TensorFlow.js does not have a class. */
export function registerClass(className: string): Advice {
  const name = /^[A-Za-z_$][\w$]*$/.test(className) ? className : '...';
  return {
    about: 'register-class',
    text: `Write the class in JavaScript, and call tf.serialization.registerClass(${name}) before the model is loaded.`,
  };
}
