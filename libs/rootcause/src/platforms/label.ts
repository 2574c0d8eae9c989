/** Short names of platforms, each unlike the others: arch, and as many more of their fields as it takes. Pure. */
import { parsePlatform, type Platform } from '@mapscope/events';

const FIELDS: readonly ((platform: Platform) => string | undefined)[] = [
  ({ part }) => part,
  ({ cpuVendor }) => cpuVendor,
  ({ level }) => level,
  ({ emulation }) => (isEmulation(emulation) ? `emulated (${emulation})` : undefined),
  ({ goVersion }) => (goVersion === undefined ? undefined : `go ${goVersion}`),
  ({ kernel }) => (kernel === undefined ? undefined : `linux ${kernel}`),
  ({ pageBytes }) => (pageBytes === undefined ? undefined : `${pageBytes / 1024} KiB pages`),
  ({ extensions }) => extensions?.join('+'),
  ({ confidential }) => confidential,
];

export const isEmulation = (emulation: Platform['emulation']): boolean => emulation !== undefined && emulation !== 'no';

/** tag → label */
export function platformLabels(tags: readonly string[]): ReadonlyMap<string, string> {
  const all = tags.map((tag) => ({ tag, platform: parsePlatform(tag) }));
  let labels = all.map(({ platform }) => platform.arch);
  for (const field of FIELDS) {
    if (new Set(labels).size === all.length) break;
    const more = all.map(({ platform }) => field(platform) ?? '');
    // A field that all have alike tells nothing.
    if (new Set(more).size > 1) labels = labels.map((label, i) => [label, more[i]].filter(Boolean).join(' '));
  }
  const isUnique = new Set(labels).size === all.length;
  return new Map(all.map(({ tag }, i) => [tag, isUnique ? (labels[i] ?? tag) : tag]));
}
