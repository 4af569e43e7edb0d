/** A row of a benchmark as a line of text. */
export function rowText(what, ratio, details) {
  const figures = Object.entries(details).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`,
  );
  return `${what.padEnd(72)} ${(ratio?.toPrecision(3) ?? '').padStart(8)}   ${figures.join(', ')}`;
}
