import type { ForgeFamily, Web } from '../web-links.js';

/** A remote, taken apart once; nothing else of its address is used. */
export interface Remote {
  /** As git gets it: without credentials. */
  readonly url: string;
  /** `owner/name`; undefined for a path on this machine. */
  readonly fullName: string | undefined;
  readonly host: string | undefined;
  /** `https://host[:port]`, for http remotes the key under which git gets the token. */
  readonly origin: string | undefined;
  /** What the host runs, where its name tells. */
  readonly family: ForgeFamily | undefined;
  /** For an unknown host in the commonest form. */
  readonly web: Web | undefined;
  /** From the address itself; they travel by the environment as every token does. */
  readonly credentials?: Credentials;
}

export interface Credentials {
  readonly user: string;
  readonly token: string;
}

export class RemoteRefused extends Error {
  override readonly name = 'RemoteRefused';
}

/**
 * Reads the address of a remote. Only https, ssh and paths on this machine are taken, and http on this machine itself.
 * @throws {RemoteRefused} for everything else: `ext::` and the like would run programs
 */
export function readRemote(address: string, family?: ForgeFamily): Remote {
  if (/[\p{Cc}\s]/u.test(address) || address.startsWith('-') || /^[A-Za-z0-9+.-]*::/.test(address))
    throw new RemoteRefused('its address is none that may be used');
  const scp = /^(?:[A-Za-z0-9._-]+@)?([A-Za-z0-9.-]+):(?!\/\/)(.+)$/.exec(address);
  if (address.startsWith('/'))
    return { url: address, fullName: undefined, host: undefined, origin: undefined, family: undefined, web: undefined };
  if (scp?.[1] !== undefined && !address.includes('://')) {
    if (scp[1].startsWith('-')) throw new RemoteRefused('its host is no host');
    return withWeb({ url: address, host: scp[1], path: scp[2] ?? '', origin: undefined, secure: true }, family);
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const local = url !== undefined && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (!url || !(['https:', 'ssh:'].includes(url.protocol) || (url.protocol === 'http:' && local)))
    throw new RemoteRefused('only https and ssh are used, and http on this machine itself');
  if (url.hostname.startsWith('-') || url.username.startsWith('-')) throw new RemoteRefused('its host is no host');
  const credentials = url.password === '' ? undefined : { user: decode(url.username), token: decode(url.password) };
  if (url.protocol !== 'ssh:') url.username = '';
  url.password = '';
  const remote = withWeb(
    {
      url: url.href,
      host: url.host,
      path: url.pathname,
      origin: url.protocol === 'ssh:' ? undefined : url.origin,
      secure: url.protocol !== 'http:',
    },
    family,
  );
  return credentials ? { ...remote, credentials } : remote;
}

/** Another repository on the same host, reached in the same way. */
export function inRepository({ url, family, credentials }: Remote, fullName: string): Remote {
  const address = url.includes('://')
    ? Object.assign(new URL(url), { pathname: `/${fullName}.git` }).href
    : url.replace(/:.*$/, `:${fullName}.git`);
  return { ...readRemote(address, family), ...(credentials && { credentials }) };
}

interface Parts {
  readonly url: string;
  readonly host: string;
  readonly path: string;
  readonly origin: string | undefined;
  readonly secure: boolean;
}

function withWeb({ url, host, path, origin, secure }: Parts, family: ForgeFamily | undefined): Remote {
  const fullName = path
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const page = `${origin ?? `${secure ? 'https' : 'http'}://${host.replace(/:\d+$/, '')}`}/${fullName}`;
  const known = family ?? familyOf(host);
  return { url, fullName, host, origin, family: known, web: { family: known ?? 'gitea', url: page } };
}

/** The family by the name of the host, where that tells. */
export function familyOf(host: string): ForgeFamily | undefined {
  if (/(?:^|\.)github\./i.test(host)) return 'github';
  if (/(?:^|\.)gitlab\./i.test(host)) return 'gitlab';
  return /^(?:codeberg\.org|(?:.*\.)?(?:gitea|forgejo)\.)/i.test(host) ? 'gitea' : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
