/**
 * Colours for things that have no order, such as classes and curves. They are those of Observable, which can be told apart
 * by most people. The last one is grey.
 */
export const TEN_COLOURS: readonly string[] = [
  ...['#4269d0', '#efb118', '#ff725c', '#6cc5b0', '#3ca951'],
  ...['#ff8ab7', '#a463f2', '#97bbf5', '#9c6b4e', '#9498a0'],
];
