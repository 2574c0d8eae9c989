/**
 * The platform tag: on every event, so that contention can be compared between CPUs.
 * Canonical text, fields in this order, joined by ";": `arch=amd64;cpu=AuthenticAMD;level=x86-64-v4;go=1.24.4;kernel=6.18`.
 * Unknown fields of later versions are kept behind the known ones, sorted by name.
 */
export interface Platform {
  /** semantic conventions host.arch: `amd64` or `arm64` */
  readonly arch: 'amd64' | 'arm64';
  /** host.cpu.vendor.id, e.g. AuthenticAMD, GenuineIntel, or the arm64 implementer */
  readonly cpuVendor: string;
  /** x86-64-v1…v4 (x86-64 psABI) or armv8.x */
  readonly level: string;
  /** version of the Go toolchain that built the target, e.g. 1.24.4 */
  readonly goVersion: string;
  /** major.minor of the running kernel */
  readonly kernel: string;
}

/** Commas and semicolons are separators, so values lose them. */
const clean = (value: string): string => value.replace(/[;=\s]+/g, '_').slice(0, 40) || 'unknown';

export function platformTag(p: Platform): string {
  return `arch=${p.arch};cpu=${clean(p.cpuVendor)};level=${clean(p.level)};go=${clean(p.goVersion)};kernel=${clean(p.kernel)}`;
}
