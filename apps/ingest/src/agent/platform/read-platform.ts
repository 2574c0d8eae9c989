/** The platform an agent's target runs on, from the texts that the kernel gives. Pure. */
import type { Platform } from '@mapscope/events';
import { readArm } from './arm.ts';
import { parseAuxv } from './auxv.ts';
import { confidentialOf, type ConfidentialPath } from './confidential.ts';
import { type Cpuinfo, parseCpuinfo } from './cpuinfo.ts';
import { emulationOfArm, emulationOfX86, type Firmware } from './emulation.ts';
import { readX86 } from './x86.ts';

/** What a machine says of itself. */
export interface HostFacts {
  /** text of /proc/cpuinfo */
  readonly cpuinfo: string;
  /** bytes of /proc/self/auxv; empty where it cannot be read */
  readonly auxv: Uint8Array;
  readonly firmware: Firmware;
  readonly confidential: readonly ConfidentialPath[];
  /** uname -r, e.g. 6.1.0-18-amd64 */
  readonly release: string;
}

export interface ProgramFacts {
  readonly arch: 'amd64' | 'arm64';
  /** e.g. 1.24.4 */
  readonly goVersion: string;
}

export function readPlatform(host: HostFacts, { arch, goVersion }: ProgramFacts): Platform {
  const cpuinfo = parseCpuinfo(host.cpuinfo);
  const auxv = parseAuxv(host.auxv);
  const kernel = /^\d+\.\d+/.exec(host.release)?.[0] ?? 'unknown';
  const cpu = arch === 'amd64' ? readX86(cpuinfo) : readArm(cpuinfo, auxv);
  return {
    arch,
    ...cpu,
    goVersion,
    kernel,
    confidential: confidentialOf(cpuinfo, host.confidential),
    pageBytes: auxv.pageBytes,
    emulation: isSilent(cpuinfo) ? undefined : emulationOf(arch, cpuinfo, host.firmware),
  };
}

const emulationOf = (arch: ProgramFacts['arch'], cpuinfo: Cpuinfo, firmware: Firmware) =>
  arch === 'amd64' ? emulationOfX86(cpuinfo, firmware) : emulationOfArm(cpuinfo, firmware);

/** Nothing of a CPU in it: neither the one nor the other is known. */
const isSilent = ({ first }: Cpuinfo): boolean => first('vendor_id') === '' && first('CPU implementer') === '';
