/** An address without its user name, its password and what comes after its path; undefined if it is not an address. */
export function safeUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, pathname } = new URL(url);
  return host === '' ? undefined : `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
