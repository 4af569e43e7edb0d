/** A name of Python as JavaScript writes it: `hard_sigmoid`, `hardSigmoid`. */
export function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
