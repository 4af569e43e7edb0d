/** Seconds that some work takes. */
export async function seconds(work) {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Times two works in turns, so that what else the machine does meets both: medians of each, and of their ratios.
 * One turn runs first and does not count.
 */
export async function compare(first, second, repeats) {
  await first();
  await second();
  const turns = [];
  for (let i = 0; i < repeats; i++) turns.push([await seconds(first), await seconds(second)]);
  return {
    first: median(turns.map(([a]) => a)),
    second: median(turns.map(([, b]) => b)),
    ratio: median(turns.map(([a, b]) => a / b)),
  };
}
