/** The text of a file, which becomes part of the program when it is built. */
declare module '*?raw' {
  export const text: string;
  // biome-ignore lint/style/noDefaultExport: the bundler's convention for `?raw`.
  export default text;
}
