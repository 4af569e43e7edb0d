import { readFile } from 'node:fs/promises';
import type { InputFormat, InputFormatName } from 'deconvnet';
import { readFault } from '../node/read-fault.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';

/** Reads `--input`: a name, JSON, or a file with JSON. The library checks the names and numbers. */
export async function readInputOption(text: string): Promise<InputFormatName | InputFormat> {
  const inFile = /\.json$/i.test(text);
  if (!inFile && !text.trimStart().startsWith('{')) return text as InputFormatName;
  return parseJson(inFile ? await readText('--input', text) : text, `--input ${text}`) as InputFormat;
}

/** Reads `--labels`: names separated by commas, or a file with names. */
export async function readLabelsOption(text: string): Promise<string[]> {
  if (/\.json$/i.test(text)) return labelsIn(parseJson(await readText('--labels', text), `--labels ${text}`), text);
  if (/\.txt$/i.test(text)) {
    const lines = (await readText('--labels', text)).split(/\r?\n/).map((line) => line.trim());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }
  return text.split(',').map((name) => name.trim());
}

/** Reads a list of names, or names by number, as Keras stores those of ImageNet: `{ "0": ["n01440764", "tench"] }`. */
function labelsIn(json: unknown, path: string): string[] {
  const list = Array.isArray(json)
    ? json
    : Array.from({ length: Object.keys(Object(json)).length }, (_, i) => (json as Record<string, unknown>)[i]);
  const found = list.map((one) => (Array.isArray(one) ? one.at(-1) : one));
  if (found.length > 0 && found.every((name) => typeof name === 'string')) return found;
  throw new CliError(
    EXIT.usage,
    `--labels ${path} contains no class names. Expected: a list ["a", "b"], or { "0": "a", "1": "b" }.`,
  );
}

async function readText(option: string, path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    throw new CliError(EXIT.usage, `The file ${path} of ${option} cannot be read: ${readFault(error)}.`);
  }
}

function parseJson(text: string, subject: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(EXIT.usage, `${subject} is not JSON: ${(error as Error).message}.`);
  }
}
