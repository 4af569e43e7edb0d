/** Why a file cannot be read and what to do about it, as the end of a sentence: "it does not exist. Check the path". */
export function readFault(cause: unknown): string {
  const { code, message } = (cause ?? {}) as { readonly code?: unknown; readonly message?: string };
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'it does not exist. Check the path';
  if (code === 'EISDIR') return 'it is a folder. Give the path of a file';
  if (code === 'EACCES' || code === 'EPERM') return 'you may not read it. Change its permissions, or give another file';
  return message ?? String(cause);
}
