/** From the options to the process, its binary and its platform. Reads /proc; decides nothing itself. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { MapscopeError, platformTag } from '@mapscope/events';
import { type GoBinary, readGoBinary } from '@mapscope/golang';
import { chooseTarget, defaultService } from './choose-target.ts';
import { type AgentConfig, targetChoice } from './options.ts';
import { readPlatform } from './platform.ts';
import { listProcesses, resolveExecutable } from './process-table.ts';

export interface Target {
  readonly pid: number;
  /** the link itself: it leads to the right file even when that was replaced or lies in a container */
  readonly executablePath: string;
  readonly binary: GoBinary;
  readonly service: string;
  readonly platform: string;
}

export async function findTarget(config: AgentConfig): Promise<Target> {
  const { pid, exe } = chooseTarget(targetChoice(config, resolveExecutable), listProcesses());
  const executablePath = `/proc/${pid}/exe`;
  const binary = readGoBinary(await readExecutable(pid, executablePath));
  const platform = readPlatform({
    arch: binary.arch,
    cpuinfo: readFileSync('/proc/cpuinfo', 'latin1'),
    release: release(),
    // "go1.24.4" → 1.24.4: the platform's field has no prefix (libs/events, platform.ts)
    goVersion: binary.goVersion.text.replace(/^go/, ''),
  });
  return {
    pid,
    executablePath,
    binary,
    service: config.service ?? defaultService(exe),
    platform: platformTag(platform),
  };
}

async function readExecutable(pid: number, path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') {
      throw new MapscopeError('TARGET_NOT_FOUND', `process ${pid} has ended: give --pid of one that runs`, {
        facts: { pid },
        cause,
      });
    }
    const text = `the executable of process ${pid} cannot be read (${cause.code ?? cause.message}): run the agent as root`;
    throw new MapscopeError('NOT_ROOT', text, { facts: { pid }, cause });
  });
}
