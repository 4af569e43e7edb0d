/** Whether the name of a file says that it contains a signal and not a picture. */
export function isSignalFile(path: string): boolean {
  return /\.(npy|json)$/i.test(path);
}
