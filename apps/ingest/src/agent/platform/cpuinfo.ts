/**
 * /proc/cpuinfo as lists of words. Formats: Linux arch/x86/kernel/cpu/proc.c (show_cpuinfo), arch/arm64/kernel/cpuinfo.c (c_show).
 *
 *   processor  : 0              one block for each CPU, an empty line behind it; a name, tabs, ":", a value that may hold ":"
 *   vendor_id  : AuthenticAMD
 *
 * Pure.
 */
export interface Cpuinfo {
  /** of the first CPU; '' where it is not there */
  readonly first: (name: string) => string;
  /** of all CPUs, each value once, in order of the alphabet: a machine may have cores of several kinds */
  readonly all: (name: string) => readonly string[];
  /** of the first CPU: flags and features are those that all CPUs have (Linux sanitises them) */
  readonly words: (name: string) => ReadonlySet<string>;
}

export function parseCpuinfo(text: string): Cpuinfo {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(':');
    if (at < 0) continue;
    const name = line.slice(0, at).trim();
    const known = values.get(name);
    const value = line.slice(at + 1).trim();
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  const first = (name: string): string => values.get(name)?.[0] ?? '';
  return {
    first,
    all: (name) => [...new Set(values.get(name))].sort(),
    words: (name) => new Set(first(name).split(/\s+/).filter(Boolean)),
  };
}
