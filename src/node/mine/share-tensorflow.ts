import * as nodeModule from 'node:module';

/** The packages that a user's module must share with this package, because classes are registered per copy. */
const SHARED = /^(@tensorflow\/tfjs-(core|layers)|deconvnet)(\/|$)/;

type Resolve = (specifier: string, context: object, next: (specifier: string, context: object) => unknown) => unknown;
/** `registerHooks` of Node 22.15 and later, which replaces `register`. */
type RegisterHooks = (hooks: { readonly resolve: Resolve }) => void;

let done = false;

/**
 * From now on, ES modules that this thread imports get the TensorFlow.js that this package uses. A user's module may
 * otherwise find another copy or (with npx) none. Call it only in threads that this package started, or in the bin.
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
