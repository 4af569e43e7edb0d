import { isSignalFile } from './is-signal-file.js';

/** Whether a path is an http or https URL. */
export function isUrl(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/** Why a text is not the URL of a picture, as the end of a sentence; undefined if it is one. */
export function urlFault(text: string): string | undefined {
  if (!isUrl(text)) return 'it is not an http or https URL';
  if (/\s/.test(text)) return 'it contains a space. Write spaces as %20, and put a label after a tab';
  if (!URL.canParse(text)) return 'it is not a complete URL';
  const { username, password, pathname } = new URL(text);
  if (username !== '' || password !== '') {
    return 'it contains a user name or a password, which would be kept in the state as a part of the id. Download the picture first';
  }
  if (isSignalFile(pathname)) return 'it names a signal, and signals are only read from disk. Download it first';
  return undefined;
}

/** A URL as messages show it: without a user name and a password. */
export function shownUrl(text: string): string {
  return text.replace(/^([a-z][a-z\d+.-]*:[/\\]*)[^/\\?#]*@/i, '$1');
}
