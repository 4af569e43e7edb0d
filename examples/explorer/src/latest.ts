/**
 * Makes a task that is asked for while it runs run once more afterwards, however often it was asked for: what is
 * shown is then what was asked for last, and nothing queues up.
 */
export function latest(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let isWantedAgain = false;
  const run = async (): Promise<void> => {
    do {
      isWantedAgain = false;
      await task();
    } while (isWantedAgain);
  };
  return () => {
    isWantedAgain = true;
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  };
}
