/**
 * Platform tags as people say them: `arch=arm64;cpu=Neoverse-N1;go=1.24.4;kernel=6.18;emu=no;v=2` → arm64, Neoverse-N1, Go 1.24.4,
 * Linux 6.18. What is as usual is not said; the whole tag is in the title. Pure.
 */

const WORDS: Readonly<Record<string, (value: string) => string>> = {
  arch: (value) => value,
  cpu: (value) => value,
  level: (value) => value,
  go: (value) => `Go ${value}`,
  kernel: (value) => `Linux ${value}`,
  ext: (value) => (value === 'none' ? '' : value),
  emu: (value) => (value === 'no' ? '' : 'emulated'),
  page: (value) => (value === '4k' ? '' : `pages of ${value}`),
  // Numbers of the CPU's maker, and of the tag's own form: told by the CPU's name already, and nobody's concern.
  part: () => '',
  v: () => '',
};

/** A tag of no such form is said as it is. */
export function platformWords(tag: string): string {
  const parts = tag.split(/[;,]/).map((part) => part.split('=', 2));
  if (parts.some(([, value]) => value === undefined)) return tag || 'unknown platform';
  return parts
    .map(([name = '', value = '']) => WORDS[name]?.(value) ?? `${name} ${value}`)
    .filter((words) => words !== '')
    .join(', ');
}
