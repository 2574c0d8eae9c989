/**
 * A platform in the names of OpenTelemetry's semantic conventions (1.37: registry/attributes/host, os, process), and back: what
 * the resource of an SDK's spans says of it. Names that the conventions do not have are ours: mapscope.platform.*.
 */
import type { Platform } from './platform.ts';

/** Only what is known. */
export function platformAttributes(platform: Platform): Readonly<Record<string, string>> {
  const { arch, part, extensions, pageBytes } = platform;
  const [family, model] = arch === 'amd64' ? (part ?? '').split('.') : [undefined, part];
  const all = {
    'host.arch': arch === 'unknown' ? undefined : arch,
    'host.cpu.vendor.id': platform.cpuVendor,
    'host.cpu.family': family,
    'host.cpu.model.id': model,
    'os.type': platform.kernel === undefined ? undefined : 'linux',
    'os.version': platform.kernel,
    'process.runtime.name': platform.goVersion === undefined ? undefined : 'go',
    'process.runtime.version': platform.goVersion === undefined ? undefined : `go${platform.goVersion}`,
    'mapscope.platform.level': platform.level,
    'mapscope.platform.extensions': extensions?.join(','),
    'mapscope.platform.confidential': platform.confidential,
    'mapscope.platform.page_size': pageBytes === undefined ? undefined : String(pageBytes),
    'mapscope.platform.emulation': platform.emulation,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** As the collector's resource detectors write it; "x86_64" and "aarch64" are what some SDKs take from uname instead. */
const ARCHES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };
const IS_ARCH = /^[a-z0-9_]{1,20}$/;

/** undefined: the resource does not even say which architecture. */
export function platformOfResource(valueOf: (name: string) => string | undefined): Platform | undefined {
  const attribute = (name: string): string | undefined => valueOf(name) || undefined;
  const said = attribute('host.arch') ?? '';
  if (!IS_ARCH.test(said)) return undefined;
  const arch = ARCHES[said] ?? said;
  const [family, model] = [attribute('host.cpu.family'), attribute('host.cpu.model.id')];
  const x86 = family !== undefined && model !== undefined && arch === 'amd64' ? `${family}.${model}` : undefined;
  const vendor = attribute('host.cpu.vendor.id');
  const goVersion = goVersionOf(attribute);
  return {
    arch,
    ...(vendor !== undefined && { cpuVendor: vendor }),
    ...(goVersion !== undefined && { goVersion }),
    ...(x86 !== undefined && { part: x86 }),
  };
}

/** "go version go1.24.4 linux/amd64" and "go1.24.4" are both seen. */
function goVersionOf(attribute: (name: string) => string | undefined): string | undefined {
  return /\bgo(\d+\.\d+(?:\.\d+)?)/.exec(attribute('process.runtime.version') ?? '')?.[1];
}
