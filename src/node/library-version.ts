import { createRequire } from 'node:module';

/** The version of this package. */
export function libraryVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('deconvnet/package.json') as { readonly version: string }).version;
}
