/** Whether this code runs in Node, and not in a page, in a worker of a page, or in an app shell that shows pages. */
export function runsInNode(): boolean {
  const { process, window, WorkerGlobalScope } = globalThis as {
    readonly process?: { readonly versions?: { readonly node?: string } };
    readonly window?: unknown;
    readonly WorkerGlobalScope?: unknown;
  };
  return process?.versions?.node !== undefined && window === undefined && WorkerGlobalScope === undefined;
}
