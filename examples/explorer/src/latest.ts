/**
 * Makes a task that is asked for while it runs run once more afterwards, however often it was asked for: what is
 * shown is then what was asked for last, and nothing queues up.
 */
export function latest(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let isWantedAgain = false;
  const run = async (): Promise<void> => {
    try {
      do {
        isWantedAgain = false;
        await task();
      } while (isWantedAgain);
    } finally {
      // Here and not behind the promise: what is asked for in between would be lost.
      running = null;
    }
  };
  return () => {
    isWantedAgain = true;
    running ??= run();
    return running;
  };
}
