import { checkValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { PictureFile } from './picture-file.js';
import { originOf, shownUrl, urlFaults } from './picture-url.js';

/** A host, maybe with `*.` before it for all of its subdomains, and with a port after it. */
const HOST = /^(\*\.)?([^\s*/\\:@?#[\]]+|\[[\da-f:.]+\])(?::(\d+))?$/i;

/** The form of a host, for messages. */
export const HOST_FORM = "'example.org', 'example.org:8080', or '*.example.org' for its subdomains";

/** Whether a text is a host that can be allowed. */
export function isHost(text: unknown): text is string {
  const [, , name, port] = (typeof text === 'string' && HOST.exec(text)) || [];
  return name !== undefined && URL.canParse(`http://${name}${port === undefined ? '' : `:${port}`}/`);
}

/**
 * Checks hosts that are allowed.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function checkHosts(hosts: unknown): asserts hosts is readonly string[] {
  const what = `allowHosts is a list of the hosts from which pictures may be fetched, such as ${HOST_FORM}`;
  checkValue(Array.isArray(hosts), what, hosts);
  for (const host of hosts as readonly unknown[]) checkValue(isHost(host), `Each of ${what}; one of them`, host);
}

/** Whether a host of the list allows a URL. A host without a port allows the default port of the URL's protocol only. */
export function isAllowed({ protocol, hostname, port }: URL, hosts: readonly string[]): boolean {
  return hosts.some((host) => {
    const [, any, name, allowed] = HOST.exec(host)!;
    // A URL has its host in lower case, international names in their ASCII form, and IP addresses in their usual form.
    const wanted = new URL(`http://${name}/`).hostname;
    const isPort = allowed === undefined ? port === '' : Number(allowed) === portOf(protocol, port);
    return isPort && (any === undefined ? hostname === wanted : hostname.endsWith(`.${wanted}`));
  });
}

function portOf(protocol: string, port: string): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/**
 * Checks the pictures of a listing that are URLs, before any of them is fetched.
 *
 * @throws DeconvnetError `invalid-option` if a URL is not that of a picture, if its host is not allowed, or if signals are
 * wanted.
 */
export function checkUrls(
  files: readonly PictureFile[],
  { hosts, signals = false }: { readonly hosts: readonly string[]; readonly signals?: boolean | undefined },
): void {
  const faultOf = urlFaults();
  const seen = new Set<string>();
  const refused = new Set<string>();
  for (const { id, path } of files) {
    const origin = originOf(path);
    if (origin === undefined) continue;
    const fault = signals ? 'the network takes signals, and signals are only read from disk' : faultOf(path);
    if (fault !== undefined) {
      throw new DeconvnetError('invalid-option', `The picture ${shownUrl(id)} cannot be fetched: ${fault}.`);
    }
    if (seen.has(origin)) continue;
    seen.add(origin);
    const url = new URL(origin);
    if (!isAllowed(url, hosts)) refused.add(url.host);
  }
  if (refused.size > 0) throw notAllowed([...refused], hosts);
}

/** How many hosts an error names. */
const SHOWN = 3;

function notAllowed(refused: readonly string[], hosts: readonly string[]): DeconvnetError {
  const shown = refused.slice(0, SHOWN);
  const more = refused.length > SHOWN ? ` and ${refused.length - SHOWN} more` : '';
  const allowed = hosts.length === 0 ? 'none' : hosts.join(', ');
  return new DeconvnetError(
    'invalid-option',
    `Pictures are fetched only from hosts that are allowed. Not allowed: ${shown.join(', ')}${more}. Allowed: ${allowed}.`,
    { advice: { about: 'allow-host', text: `Allow more with allowHosts: ['${shown.join("', '")}'].` } },
  );
}
