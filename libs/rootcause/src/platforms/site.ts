/** A line of source as people write it: "main.(*Cache).Get", "(*Cache).Get:42", "cache.go:42". Pure. */
import type { CodeSite } from '../evidence.ts';

export type SiteMatcher = (site: CodeSite) => boolean;

export function siteMatcher(text: string): SiteMatcher {
  const [, name = text, digits] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  const line = digits === undefined ? undefined : Number(digits);
  return (site) => (line === undefined || line === site.line) && (isEnd(site.function, name) || isEnd(site.file, name));
}

/** "(*Cache).Get" is the end of "x.io/order/cache.(*Cache).Get", "et" is not. */
const isEnd = (full: string, name: string): boolean =>
  name !== '' && full.endsWith(name) && (full.length === name.length || /[./]/.test(full.at(-1 - name.length) ?? ''));

/** The type whose method it is: "x.io/order/cache.(*Cache).Get" → "x.io/order/cache.Cache"; undefined of plain functions. */
export function receiverType({ function: name }: CodeSite): string | undefined {
  const slash = name.lastIndexOf('/') + 1;
  const found = /^([^.]+)\.(?:\(\*(\w+)\)|(\w+))\.\w/.exec(name.slice(slash));
  const type = found?.[2] ?? found?.[3];
  // main.main.func1 has the shape of a method: a closure's name begins with func and a number.
  if (type === undefined || (found?.[3] !== undefined && /\.func\d/.test(name))) return undefined;
  return `${name.slice(0, slash)}${found?.[1]}.${type}`;
}
