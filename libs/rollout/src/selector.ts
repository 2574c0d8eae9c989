/**
 * Which processes are wanted, said in facts about them, such as `service=order,module=example.com/shop@v1.2,percent=25`.
 * All terms of one selector must hold; of several selectors one is enough. Pure; whoever looks at /proc gives the facts.
 */
import { MapscopeError } from '@mapscope/events';
import { globMatches } from './glob.ts';

export interface ProcessFacts {
  readonly pid: number;
  /** as the process sees it, without " (deleted)" */
  readonly exe: string;
  readonly buildId: string;
  /** of debug.BuildInfo.Main; '' where the binary has none */
  readonly module: { readonly path: string; readonly version: string };
  readonly service: string;
  /** path in the unified hierarchy, e.g. /kubepods.slice/…/cri-containerd-0123.scope */
  readonly cgroup: string;
  /** 64 hex digits, or '' outside containers */
  readonly container: string;
  /** the same for this process as long as it lives, another for every other: decides who is in a percentage */
  readonly identity: string;
}

export interface Selector {
  readonly pid?: number;
  /** glob: `*` stays within a path segment, `**` does not, `?` is one character */
  readonly exe?: string;
  readonly build?: string;
  readonly module?: { readonly path: string; readonly version: string | undefined };
  readonly service?: string;
  /** glob over the cgroup's path */
  readonly cgroup?: string;
  /** a container id, or how it begins (12 digits and more) */
  readonly container?: string;
  /** of those that fit otherwise, 0–100: always the same ones, and a larger share only adds */
  readonly percent?: number;
}

const KEYS = ['pid', 'exe', 'build', 'module', 'service', 'cgroup', 'container', 'percent'] as const;
type Key = (typeof KEYS)[number];

export function parseSelector(text: string): Selector {
  const terms = text.split(',').map((term) => parseTerm(term, text));
  const names = terms.map(([key]) => key);
  const twice = names.find((key, index) => names.indexOf(key) !== index);
  if (twice !== undefined) throw refuse(text, `${twice} is given twice: give several selectors instead`);
  if (names.every((key) => key === 'percent'))
    throw refuse(text, 'a share alone would take every Go process: add one of exe, service, …');
  return Object.assign({}, ...terms.map(([key, value]) => ({ [key]: readValue(key, value, text) })));
}

function parseTerm(term: string, text: string): readonly [Key, string] {
  const [name = '', ...rest] = term.split('=');
  const key = KEYS.find((known) => known === name.trim());
  const value = rest.join('=').trim();
  if (key === undefined) throw refuse(text, `there is no "${name.trim()}": terms are ${KEYS.join(', ')}`);
  if (value === '') throw refuse(text, `${key} has no value: write ${key}=…`);
  return [key, value];
}

function readValue(key: Key, value: string, text: string): Selector[Key] {
  if (key === 'module') {
    const [path = '', version] = value.split('@');
    return { path, version };
  }
  if (key === 'container') {
    if (!/^[0-9a-f]{12,64}$/.test(value)) throw refuse(text, 'a container is told by 12 to 64 hex digits of its id');
    return value;
  }
  if (key !== 'pid' && key !== 'percent') return value;
  const number = Number(value);
  const [low, high] = key === 'pid' ? [1, 4_194_304] : [0, 100];
  if (number >= low && number <= high && (key === 'percent' || Number.isInteger(number))) return number;
  throw refuse(text, `${key} is a number from ${low} to ${high}`);
}

export function matches(selector: Selector, facts: ProcessFacts): boolean {
  const { pid, exe, build, module, service, cgroup, container, percent } = selector;
  return (
    (pid === undefined || pid === facts.pid) &&
    (exe === undefined || globMatches(exe, facts.exe)) &&
    (build === undefined || build === facts.buildId) &&
    (module === undefined || isModule(module, facts.module)) &&
    (service === undefined || service === facts.service) &&
    (cgroup === undefined || globMatches(cgroup, facts.cgroup)) &&
    (container === undefined || facts.container.startsWith(container)) &&
    (percent === undefined || shareOf(facts.identity) < percent)
  );
}

/** `v1.2` takes v1.2, v1.2.3 and v1.2.3-rc.1, not v1.20. */
function isModule(wanted: NonNullable<Selector['module']>, { path, version }: ProcessFacts['module']): boolean {
  if (wanted.path !== path) return false;
  return wanted.version === undefined || version === wanted.version || /^[.\-+]/.test(after(version, wanted.version));
}

const after = (text: string, prefix: string): string => (text.startsWith(prefix) ? text.slice(prefix.length) : '');

/** A stable place in 0 ≤ p < 100, evenly spread: FNV-1a 32 (Fowler, Noll, Vo) over UTF-16 units with the final mix of MurmurHash3. */
export function shareOf(identity: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < identity.length; at++) hash = Math.imul(hash ^ identity.charCodeAt(at), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32) * 100;
}

function refuse(text: string, why: string): MapscopeError {
  return new MapscopeError('CONFIG_INVALID', `selector "${text}": ${why}`, { facts: { selector: text } });
}
