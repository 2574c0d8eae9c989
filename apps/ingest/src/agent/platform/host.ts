/** Reads what the machine says of itself. Thin: what it means is in the files beside. */
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { attempt } from '../../process/attempt.ts';
import { CONFIDENTIAL_PATHS, type ConfidentialPath } from './confidential.ts';
import type { HostFacts } from './read-platform.ts';

export function readHost(): HostFacts {
  return {
    cpuinfo: text('/proc/cpuinfo'),
    auxv: attempt(() => new Uint8Array(readFileSync('/proc/self/auxv'))) ?? new Uint8Array(),
    firmware: {
      dmiVendor: text('/sys/class/dmi/id/sys_vendor'),
      deviceTree: text('/sys/firmware/devicetree/base/compatible'),
      clocksources: text('/sys/devices/system/clocksource/clocksource0/available_clocksource'),
    },
    // Object.keys gives string[]; the keys are exactly the paths.
    confidential: (Object.keys(CONFIDENTIAL_PATHS) as ConfidentialPath[]).filter((path) => existsSync(path)),
    release: release(),
  };
}

const text = (path: string): string => attempt(() => readFileSync(path, 'latin1')) ?? '';
