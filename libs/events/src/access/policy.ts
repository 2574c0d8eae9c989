/**
 * Who may come in, decided once at the start of a program that listens.
 *
 *   bound to        key file   --require-key   →
 *   loopback        any        no                no key needed; Host and Origin are checked all the same
 *   loopback        yes        yes               a key is needed
 *   beyond          yes        any               a key is needed
 *   any, when needed, no key file                CONFIG_INVALID with the mend: the program does not start
 */
import { MapscopeError } from '../errors.ts';

export interface AccessPolicy {
  readonly needsKey: boolean;
  readonly isLoopback: boolean;
  /** `name` (any port) or `name:port`, lower case, besides those a bind brings by itself */
  readonly allowedHosts: readonly string[];
  /** `https://name[:port]`, lower case */
  readonly allowedOrigins: readonly string[];
}

export interface PolicyNeeds {
  readonly boundHost: string;
  readonly hasKeys: boolean;
  readonly requireKey?: boolean | undefined;
  readonly allowedHosts?: readonly string[] | undefined;
  readonly allowedOrigins?: readonly string[] | undefined;
}

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1, and 127.0.0.0/8 written as IPv6. */
export function isLoopbackHost(host: string): boolean {
  const bare = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:/, '');
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}

export function accessPolicy(needs: PolicyNeeds): AccessPolicy {
  const { boundHost, hasKeys, requireKey = false, allowedHosts = [], allowedOrigins = [] } = needs;
  const isLoopback = isLoopbackHost(boundHost);
  const needsKey = requireKey || !isLoopback;
  if (needsKey && !hasKeys) throw noKeys(boundHost, isLoopback);
  const hosts = allowedHosts.map((host) => checked(host, HOST, 'host', 'name or name:port'));
  const origins = allowedOrigins.map((origin) =>
    checked(origin, ORIGIN, 'origin', 'https://name or https://name:port'),
  );
  return { needsKey, isLoopback, allowedHosts: hosts, allowedOrigins: origins };
}

const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/;
const ORIGIN = /^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

function checked(given: string, shape: RegExp, what: string, allowed: string): string {
  const text = given.trim().toLowerCase();
  if (shape.test(text)) return text;
  throw new MapscopeError('CONFIG_INVALID', `allowed ${what} "${given.slice(0, 100)}" is not one: give ${allowed}`);
}

function noKeys(host: string, isLoopback: boolean): MapscopeError {
  const why = isLoopback ? '--require-key asks for keys' : `${host} can be reached from other machines`;
  const mend =
    'make a key with "npm run key -- create --scope read" and give its file with --keys-file or MAPSCOPE_KEYS_FILE';
  const other = isLoopback ? 'leave --require-key out' : 'listen on 127.0.0.1';
  return new MapscopeError('CONFIG_INVALID', `${why}, but no key file is given: ${mend}; or ${other}`, {
    facts: { host },
  });
}
