/** May this key do this now? Pure: the file, the time and the hash come in. */
import { keyPrefix, type Scope } from './key.ts';
import { type KeyEntry, type KeyFile } from './key-file.ts';

/** Lower-case hex of the SHA-256 of a text. */
export type Sha256 = (text: string) => string;

export interface Allowed {
  readonly allowed: true;
  /** 'all': no key is needed here */
  readonly scopes: readonly Scope[] | 'all';
  /** whose key it was, for logs; undefined where none is needed */
  readonly prefix: string | undefined;
}

export interface Refused {
  readonly allowed: false;
  /** 401: who are you; 403: not you, not from there */
  readonly status: 401 | 403;
  /** what was wrong and how to mend it; never holds a key */
  readonly reason: string;
}

export interface AuthorizeNeeds {
  /** as `presentedKey` found it */
  readonly key: string | undefined;
  readonly keyFile: KeyFile;
  /** absent: any key that holds will do, the caller asks `allows` later */
  readonly scope?: Scope | undefined;
  readonly nowUnixMillis: number;
  readonly sha256: Sha256;
}

const MAKE = 'make one with "npm run key -- create"';
/** Compared with when no entry has the prefix, so that an answer takes as long either way. */
const NOBODY = '0'.repeat(64);

export function authorize({ key, keyFile, scope, nowUnixMillis, sha256 }: AuthorizeNeeds): Allowed | Refused {
  if (key === undefined) return unknownCaller(`a key is needed: send "Authorization: Bearer msk_…"; ${MAKE}`);
  const prefix = keyPrefix(key);
  if (prefix === undefined) return unknownCaller(`what was sent is not a key: it looks like msk_…_…; ${MAKE}`);
  const entry = keyFile.entries.find((each) => each.prefix === prefix);
  const isSame = equalInConstantTime(sha256(key), entry?.sha256 ?? NOBODY);
  if (entry === undefined || !isSame) {
    return unknownCaller(`the key msk_${prefix}_… is not known here: it was revoked or belongs elsewhere; ${MAKE}`);
  }
  return judge(entry, scope, nowUnixMillis);
}

function judge(entry: KeyEntry, scope: Scope | undefined, nowUnixMillis: number): Allowed | Refused {
  const { prefix, scopes, expiresUnixMillis } = entry;
  if (expiresUnixMillis !== null && nowUnixMillis >= expiresUnixMillis) {
    return unknownCaller(`the key msk_${prefix}_… expired at ${new Date(expiresUnixMillis).toISOString()}; ${MAKE}`);
  }
  const allowed: Allowed = { allowed: true, scopes, prefix };
  return scope === undefined || allows(allowed, scope) ? allowed : wrongScope(allowed, scope);
}

export const allows = ({ scopes }: Allowed, scope: Scope): boolean => scopes === 'all' || scopes.includes(scope);

export function wrongScope({ prefix = '', scopes }: Allowed, scope: Scope): Refused {
  const has = scopes === 'all' ? 'all' : scopes.join(', ');
  const reason = `the key msk_${prefix}_… has the scope ${has}, this needs ${scope}: make another with "npm run key -- create --scope ${scope}"`;
  return { allowed: false, status: 403, reason };
}

const unknownCaller = (reason: string): Refused => ({ allowed: false, status: 401, reason });

/** Looks at every character whatever the first difference; both are hex of one length unless something is wrong. */
export function equalInConstantTime(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let i = 0; i < left.length; i++) difference |= left.charCodeAt(i) ^ right.charCodeAt(i % right.length);
  return difference === 0;
}
