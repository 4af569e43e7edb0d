/**
 * Lets all tasks run that wait. Backends that compute on the processor answer without giving way, so that a page could not
 * be drawn between two batches, and a message that stops the study would be read after its end.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
