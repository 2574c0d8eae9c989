/**
 * One request at the door: first where it comes from (Host, Origin), then who sent it (key).
 *
 * Host: a page of a foreign name that is made to resolve to this machine (DNS rebinding) still says that name. On
 * loopback the names of loopback with the port are taken; beyond it any address too, because only names can be rebound.
 * Origin: browsers send it with every request that could change something; it must be the page's own or an allowed one.
 */
import type { MapscopeError } from '../errors.ts';
import { type Allowed, authorize, type Refused, type Sha256 } from './authorize.ts';
import { headerText, presentedKey, type RequestHeaders, type Scope } from './key.ts';
import { type KeyFile, NO_KEYS } from './key-file.ts';
import { type AccessPolicy, isLoopbackHost } from './policy.ts';

export interface GuardedRequest {
  readonly headers: RequestHeaders;
  /** of the socket the request came on */
  readonly localPort: number | undefined;
  readonly policy: AccessPolicy;
  /** absent: any key that holds; 'none': no key, Host and Origin only (health) */
  readonly scope?: Scope | 'none' | undefined;
  readonly keyFile: KeyFile;
  readonly nowUnixMillis: number;
  readonly sha256: Sha256;
}

const NO_KEY_NEEDED: Allowed = { allowed: true, scopes: 'all', prefix: undefined };

export function guardRequest(request: GuardedRequest): Allowed | Refused {
  const { headers, localPort, policy, scope, keyFile, nowUnixMillis, sha256 } = request;
  const elsewhere = hostProblem(headers, localPort, policy) ?? originProblem(headers, policy);
  if (elsewhere !== undefined) return { allowed: false, status: 403, reason: elsewhere };
  if (!policy.needsKey || scope === 'none') return NO_KEY_NEEDED;
  return authorize({ key: presentedKey(headers), keyFile, scope, nowUnixMillis, sha256 });
}

const quoted = (text: string): string => `"${text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?')}"`;

function hostProblem(headers: RequestHeaders, localPort: number | undefined, policy: AccessPolicy): string | undefined {
  const host = headerText(headers, 'host')?.toLowerCase();
  if (host === undefined) return 'the request has no Host: send one';
  const { name, port } = splitHost(host);
  if (policy.allowedHosts.includes(host) || policy.allowedHosts.includes(name)) return undefined;
  if (policy.isLoopback && isLoopbackHost(name) && Number(port ?? 80) === localPort) return undefined;
  // Beyond loopback the port may be mapped on the way, as containers do.
  if (!policy.isLoopback && (isLoopbackHost(name) || isAddress(name))) return undefined;
  return `the host ${quoted(host)} is not served here: ask for localhost with the port of this program, or start it with --allowed-hosts ${quoted(name)}`;
}

function splitHost(host: string): { readonly name: string; readonly port: string | undefined } {
  const { name = '', port } = /^(?<name>\[[^\]]*\]|[^:]*)(?::(?<port>\d{1,5}))?$/.exec(host)?.groups ?? {};
  return { name, port };
}

const isAddress = (name: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$|^\[[0-9a-f:.]+\]$/.test(name);

function originProblem(headers: RequestHeaders, policy: AccessPolicy): string | undefined {
  const origin = headerText(headers, 'origin')?.toLowerCase();
  if (origin === undefined || policy.allowedOrigins.includes(origin)) return undefined;
  const own = /^https?:\/\/(.+)$/.exec(origin)?.[1];
  if (own !== undefined && own === headerText(headers, 'host')?.toLowerCase()) return undefined;
  return `pages of ${quoted(origin)} are not served here: open the page of this program itself, or start it with --allowed-origins ${quoted(origin)}`;
}

/** What a program that listens keeps: asks the guard per request, with keys at most a second old. */
export interface Guard {
  readonly policy: AccessPolicy;
  readonly check: (request: Pick<GuardedRequest, 'headers' | 'localPort'>, scope?: Scope | 'none') => Allowed | Refused;
}

export interface GuardNeeds {
  readonly policy: AccessPolicy;
  /** reads and parses the file; undefined where none is given */
  readonly readKeys: (() => KeyFile) | undefined;
  readonly nowUnixMillis: () => number;
  readonly sha256: Sha256;
  /** told when the file cannot be used any more; from then on no key holds */
  readonly onProblem: (error: MapscopeError | Error) => void;
}

/** A key made or revoked counts within this time, without a restart. */
const KEEP_MILLIS = 1000;

export function createGuard({ policy, readKeys, nowUnixMillis, sha256, onProblem }: GuardNeeds): Guard {
  let keys = readKeys?.() ?? NO_KEYS;
  let readAt = nowUnixMillis();
  const fresh = (): KeyFile => {
    const now = nowUnixMillis();
    // A clock that was set back must not keep old keys alive.
    if (readKeys === undefined || (now >= readAt && now < readAt + KEEP_MILLIS)) return keys;
    readAt = now;
    try {
      keys = readKeys();
    } catch (error) {
      keys = NO_KEYS;
      onProblem(error instanceof Error ? error : new Error(String(error)));
    }
    return keys;
  };
  const check: Guard['check'] = ({ headers, localPort }, scope) =>
    guardRequest({ headers, localPort, policy, scope, keyFile: fresh(), nowUnixMillis: nowUnixMillis(), sha256 });
  return { policy, check };
}
