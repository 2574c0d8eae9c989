/**
 * Are instructions interpreted here? A hypervisor is no emulation: it runs them on the CPU. What tells:
 *
 *   amd64  QEMU's own translator names itself in the CPU's name ("QEMU TCG CPU version 2.5+": target/i386/cpu.c, of -cpu max); of
 *          its other models a machine that says it is QEMU's and does not offer kvm-clock is suspected, not known
 *   amd64  Rosetta 2 in a Linux guest: vendor VirtualApple (Apple, "Running Intel Binaries in Linux VMs with Rosetta")
 *   arm64  implementer 0: reserved for software (DDI 0487, MIDR_EL1), what QEMU's -cpu max says of itself
 *   arm64  a virtual machine whose timer runs at 62.5 MHz: QEMU's own (target/arm: GTIMER_SCALE = 16 ns), while under KVM the
 *          guest sees the frequency of the host's. Linux shows twice that as BogoMIPS: 125.00
 *
 * Pure.
 */
import type { Emulation } from '@mapscope/events';
import type { Cpuinfo } from './cpuinfo.ts';

/** What firmware and kernel say; '' where there is nothing. */
export interface Firmware {
  /** /sys/class/dmi/id/sys_vendor */
  readonly dmiVendor: string;
  /** /sys/firmware/devicetree/base/compatible, its parts separated by NUL */
  readonly deviceTree: string;
  /** /sys/devices/system/clocksource/clocksource0/available_clocksource */
  readonly clocksources: string;
}

export function emulationOfX86(cpuinfo: Cpuinfo, firmware: Firmware): Emulation {
  const model = cpuinfo.first('model name');
  if (model.startsWith('QEMU TCG CPU')) return 'tcg';
  if (cpuinfo.first('vendor_id') === 'VirtualApple') return 'rosetta';
  const isQemu = firmware.dmiVendor.trim() === 'QEMU' || model.startsWith('QEMU Virtual CPU');
  return isQemu && !firmware.clocksources.includes('kvm-clock') ? 'suspected' : 'no';
}

const QEMU_TIMER_BOGOMIPS = '125.00';

export function emulationOfArm(cpuinfo: Cpuinfo, { dmiVendor, deviceTree }: Firmware): Emulation {
  if (cpuinfo.all('CPU implementer').includes('0x00')) return 'tcg';
  const isVirtual = dmiVendor.trim() === 'QEMU' || deviceTree.split('\0').includes('linux,dummy-virt');
  return isVirtual && cpuinfo.first('BogoMIPS') === QEMU_TIMER_BOGOMIPS ? 'tcg' : 'no';
}
