import * as nodeModule from 'node:module';

/** What a user's module must have in the same copy as this package: classes are registered in a copy. */
const SHARED = /^(@tensorflow\/tfjs-(core|layers)|deconvnet)(\/|$)/;

type Resolve = (specifier: string, context: object, next: (specifier: string, context: object) => unknown) => unknown;
/** Node 22.15 and later, where `register` is on its way out. */
type RegisterHooks = (hooks: { readonly resolve: Resolve }) => void;

let done = false;

/**
 * Makes ES modules that are imported from now on in this thread get TensorFlow.js from where this package has it,
 * wherever they lie: a user's module may lie beside another copy, or (with npx) beside none. For threads of our own only.
 */
export function shareTensorflow(): void {
  if (done) return;
  done = true;
  const here = import.meta.url;
  const { registerHooks } = nodeModule as { readonly registerHooks?: RegisterHooks };
  if (registerHooks) {
    registerHooks({
      resolve: (specifier, context, next) =>
        next(specifier, SHARED.test(specifier) ? { ...context, parentURL: here } : context),
    });
    return;
  }
  const hooks = `export const resolve = (specifier, context, next) =>
    next(specifier, ${SHARED}.test(specifier) ? { ...context, parentURL: ${JSON.stringify(here)} } : context);`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}
