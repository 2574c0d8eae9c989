/** The emulated machine, as qemu's words. Pure. */

/**
 * Three that give three platform tags: without the atomic instructions of LSE, with them, and everything that qemu knows
 * (SVE2, pointer authentication; the latter by its cheap, implementation-defined algorithm, else it takes half the time).
 */
export const CPU_MODELS = {
  'cortex-a57': 'cortex-a57',
  'neoverse-n1': 'neoverse-n1',
  max: 'max,pauth-impdef=on',
} as const;
export type CpuModel = keyof typeof CPU_MODELS;

export interface MachineFiles {
  readonly firmware: string;
  readonly kernel: string;
  readonly initramfs: string;
  /** the command's exit code comes here */
  readonly code: string;
  /** an archive of what it left in /out */
  readonly files: string;
  readonly console: string;
}

export interface MachineSize {
  readonly cpu: CpuModel;
  readonly cpus: number;
  readonly memoryMiB: number;
}

/**
 * kpti=off: address randomisation would force it on, and each trap would cost ten times as much. mitigations=off: there is
 * nobody to protect. Neither changes what is counted.
 */
const KERNEL_WORDS =
  'console=ttyAMA0 rdinit=/init panic=-1 loglevel=4 audit=0 kpti=off mitigations=off random.trust_cpu=on';

export function machineWords(files: MachineFiles, { cpu, cpus, memoryMiB }: MachineSize): readonly string[] {
  return [
    ['-L', files.firmware, '-M', 'virt,gic-version=3', '-cpu', CPU_MODELS[cpu]],
    ['-accel', 'tcg,thread=multi,tb-size=256', '-smp', String(cpus), '-m', String(memoryMiB)],
    ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ['-kernel', files.kernel, '-initrd', files.initramfs, '-append', KERNEL_WORDS],
    ['-serial', `file:${files.console}`, '-device', 'virtio-rng-pci'],
    ['-netdev', 'user,id=n0,ipv6=off', '-device', 'virtio-net-pci,netdev=n0,romfile='],
    ['-device', 'virtio-serial-pci'],
    ['-chardev', 'stdio,id=output,signal=off', '-device', port('output')],
    ['-chardev', `file,id=code,path=${files.code}`, '-device', port('code')],
    ['-chardev', `file,id=files,path=${files.files}`, '-device', port('files')],
  ].flat();
}

const port = (name: string): string => `virtserialport,chardev=${name},name=${name}`;
