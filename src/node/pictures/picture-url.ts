import { isSignalFile } from './is-signal-file.js';

/** Whether a path is an http or https URL. */
export function isUrl(path: string): boolean {
  return originOf(path) !== undefined;
}

/** The beginning of a URL, with the host and the port. What comes after it cannot make it invalid. */
export function originOf(text: string): string | undefined {
  return /^https?:\/\/[^/?#\\]*/i.exec(text)?.[0];
}

/**
 * Makes a function that says, as the end of a sentence, why a text is not the URL of a picture; undefined if it is one. The
 * function remembers hosts, because a list may have a million URLs of a few hosts.
 */
export function urlFaults(): (text: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (text) => {
    const origin = originOf(text);
    if (origin === undefined) return 'it is not an http or https URL';
    if (/\s/.test(text)) return 'it contains a space. Write spaces as %20, and put a label after a tab';
    if (!known.has(origin)) known.set(origin, originFault(origin));
    const [path] = text.split(/[?#]/, 1) as [string];
    if (isSignalFile(path)) return 'it names a signal, and signals are only read from disk. Download it first';
    return known.get(origin);
  };
}

function originFault(origin: string): string | undefined {
  if (!URL.canParse(origin)) return 'it is not a complete URL';
  const { username, password } = new URL(origin);
  if (username === '' && password === '') return undefined;
  return 'it contains a user name or a password, which would be kept in the state as a part of the id. Download the picture first';
}

/** A URL as messages show it: without a user name and a password. */
export function shownUrl(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:[/\\]*)[^/\\?#]*@/i, '$1');
}
