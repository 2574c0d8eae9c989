/**
 * The platform tag: on every event, so that contention can be compared between CPUs. It names a kind of machine, never one
 * machine: few values in a fleet (infra/decisions, "What a platform is"). Canonical text, fields in this order, joined by ";":
 *
 *   arch=arm64;cpu=ARM;level=armv8.2;go=1.24.4;kernel=6.12;part=neoverse-n1;ext=lse;page=4k;emu=tcg;v=2
 *   └──────────────── version 1 ─────────────────────────┘└──────────── version 2 ─────────────┘
 *
 * A field that nobody said is left out, and then "not known", never "no". Fields of later versions stand behind the known ones, sorted
 * by name, and survive being read and written by us; v stands last and is absent of version 1.
 */
export interface Platform {
  /** semantic conventions host.arch: `amd64`, `arm64`; `unknown` where nobody said */
  readonly arch: string;
  /** host.cpu.vendor.id, e.g. AuthenticAMD, GenuineIntel, or the arm64 implementer */
  readonly cpuVendor?: string | undefined;
  /** x86-64-v1…v4 (x86-64 psABI) or armv8.x */
  readonly level?: string | undefined;
  /** version of the Go toolchain that built the target, e.g. 1.24.4 */
  readonly goVersion?: string | undefined;
  /** major.minor of the running kernel */
  readonly kernel?: string | undefined;
  /** amd64: family.model of CPUID, "26.2"; arm64: the core, "neoverse-n1", all kinds of them joined by "+" */
  readonly part?: string | undefined;
  /** what changes the cost of atomics or computes beside the core: lse, sve, sve2, sme; amx. Sorted; empty: none of them */
  readonly extensions?: readonly string[] | undefined;
  /** guest of tdx, sev-snp or cca, where CPU or firmware says so; absent: nothing says so */
  readonly confidential?: string | undefined;
  readonly pageBytes?: number | undefined;
  readonly emulation?: Emulation | undefined;
  /** fields of later versions */
  readonly others?: ReadonlyMap<string, string> | undefined;
  /** of the tag that was read; absent: this one */
  readonly version?: number | undefined;
}

/** Instructions are interpreted or translated, so times mean nothing. A hypervisor is none: it runs them on the CPU. suspected: it looks so. */
export const EMULATIONS = ['no', 'tcg', 'rosetta', 'suspected'] as const;
export type Emulation = (typeof EMULATIONS)[number];

export const PLATFORM_VERSION = 2;
export const UNKNOWN_PLATFORM: Platform = { arch: 'unknown' };

const KNOWN_1 = ['arch', 'cpu', 'level', 'go', 'kernel'] as const;
const KNOWN_2 = ['part', 'ext', 'cc', 'page', 'emu'] as const;
const KNOWN: readonly string[] = [...KNOWN_1, ...KNOWN_2, 'v'];

/** More than any version will have; a stranger's text must not make a map of thousands. */
const MAX_FIELDS = 32;
const MAX_CHARS = 40;

/** Separators and what is not ASCII is taken out of values. */
const clean = (value: string): string => value.replace(/[^\x21-\x7e]+|[;=]+/g, '_').slice(0, MAX_CHARS) || 'unknown';

export function platformTag(platform: Platform): string {
  const values = valuesOf(platform);
  const written = KNOWN_2.some((name) => values[name] !== undefined) || (platform.others?.size ?? 0) > 0;
  const version = Math.max(platform.version ?? 1, written ? PLATFORM_VERSION : 1);
  const others = [...(platform.others ?? [])]
    .filter(([name]) => !KNOWN.includes(name))
    .sort(byName)
    .slice(0, MAX_FIELDS);
  return [
    ...[...KNOWN_1, ...KNOWN_2].map((name) => [name, values[name]] as const),
    ...others,
    ['v', version === 1 ? undefined : String(version)] as const,
  ]
    .flatMap(([name, value]) => (value === undefined ? [] : [`${clean(name)}=${clean(value)}`]))
    .join(';');
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);

function valuesOf(p: Platform): Readonly<Record<(typeof KNOWN_1 | typeof KNOWN_2)[number], string | undefined>> {
  return {
    arch: p.arch,
    cpu: p.cpuVendor,
    level: p.level,
    go: p.goVersion,
    kernel: p.kernel,
    part: p.part,
    ext: p.extensions === undefined ? undefined : p.extensions.toSorted().join('+') || 'none',
    cc: p.confidential,
    page: p.pageBytes === undefined ? undefined : pageText(p.pageBytes),
    emu: p.emulation,
  };
}

const pageText = (bytes: number): string => (bytes % 1024 === 0 ? `${bytes / 1024}k` : String(bytes));

/** Reads a tag of any version; text that is none gives the unknown platform. Never throws: tags come out of old rows. */
export function parsePlatform(tag: string): Platform {
  const fields = new Map<string, string>();
  for (const part of tag.split(';', MAX_FIELDS)) {
    const at = part.indexOf('=');
    if (at > 0 && at < part.length - 1) fields.set(part.slice(0, at), part.slice(at + 1));
  }
  const others = new Map([...fields].filter(([name]) => !KNOWN.includes(name)));
  const version = Number(fields.get('v'));
  const emulation = EMULATIONS.find((each) => each === fields.get('emu'));
  const found = {
    arch: fields.get('arch') ?? UNKNOWN_PLATFORM.arch,
    cpuVendor: fields.get('cpu'),
    level: fields.get('level'),
    goVersion: fields.get('go'),
    kernel: fields.get('kernel'),
    part: fields.get('part'),
    extensions: extensionsOf(fields.get('ext')),
    confidential: fields.get('cc'),
    pageBytes: pageBytes(fields.get('page')),
    emulation,
    others: others.size === 0 ? undefined : others,
    version: Number.isInteger(version) && version > 1 ? version : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as unknown as Platform; // what is undefined is absent: all are optional but arch, which is there
}

const extensionsOf = (text: string | undefined): readonly string[] | undefined =>
  text === undefined ? undefined : text.split('+').filter((word) => word !== 'none' && word !== '');

function pageBytes(text: string | undefined): number | undefined {
  const found = /^(\d{1,9})(k?)$/.exec(text ?? '');
  return found === null ? undefined : Number(found[1]) * (found[2] === 'k' ? 1024 : 1);
}
