/** Platform tags as people say them: `arch=arm64;cpu=Neoverse-N1;go=1.24.4;kernel=6.18` → arm64, Neoverse-N1, Go 1.24.4, Linux 6.18. Pure. */

const WORDS: Readonly<Record<string, (value: string) => string>> = {
  arch: (value) => value,
  cpu: (value) => value,
  level: (value) => value,
  go: (value) => `Go ${value}`,
  kernel: (value) => `Linux ${value}`,
};

/** A tag of no such form is said as it is. */
export function platformWords(tag: string): string {
  const parts = tag.split(/[;,]/).map((part) => part.split('=', 2));
  if (parts.some(([, value]) => value === undefined)) return tag || 'unknown platform';
  return parts.map(([name = '', value = '']) => WORDS[name]?.(value) ?? `${name} ${value}`).join(', ');
}
