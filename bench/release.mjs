/** Disposes one projection or several. */
export function release(made) {
  for (const projection of [made].flat()) projection.dispose();
}
