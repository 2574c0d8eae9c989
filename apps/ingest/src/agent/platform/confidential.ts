/**
 * Is this a confidential guest? Only what says so of the guest itself counts: `sev_snp` among the flags is what a host can do.
 *
 *   tdx      flag tdx_guest (Linux arch/x86/coco/tdx/tdx.c sets it after asking the TDX module), or the driver's device
 *   sev-snp  /sys/devices/system/cpu/sev/vmpl (arch/x86/coco/sev: made in SNP guests only), or the guest driver's device
 *   cca      the device that Linux makes inside a realm (arch/arm64/kernel/rsi.c)
 *
 * Of SEV and SEV-ES guests without SNP Linux says it in its log only: not known here. Pure.
 */
import type { Cpuinfo } from './cpuinfo.ts';

export const CONFIDENTIAL_PATHS = {
  '/dev/tdx_guest': 'tdx',
  '/sys/devices/system/cpu/sev/vmpl': 'sev-snp',
  '/dev/sev-guest': 'sev-snp',
  '/sys/devices/platform/arm-cca-dev': 'cca',
} as const;
export type ConfidentialPath = keyof typeof CONFIDENTIAL_PATHS;

/** @param present of these paths, those that are there */
export function confidentialOf(cpuinfo: Cpuinfo, present: readonly ConfidentialPath[]): string | undefined {
  if (cpuinfo.words('flags').has('tdx_guest')) return 'tdx';
  const [path] = present;
  return path === undefined ? undefined : CONFIDENTIAL_PATHS[path];
}
