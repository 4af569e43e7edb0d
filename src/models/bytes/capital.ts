/** A text that begins a sentence: `the model`, `The model`. Names of files stay as they are. */
export function capital(text: string): string {
  return text.startsWith('the ') ? `T${text.slice(1)}` : text;
}
