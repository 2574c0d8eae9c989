/** From a process to what its probes need: its program, held open, its service's name and its platform. Reads /proc. */
import { platformTag } from '@mapscope/events';
import type { GoBinary } from '@mapscope/golang';
import { readProgram } from '../executable/binary-cache.ts';
import { executableProblem } from '../executable/executable-problem.ts';
import { openExecutable } from '../executable/open-executable.ts';
import { type TargetChoice, chooseTarget } from './choose-target.ts';
import { readHost } from './platform/host.ts';
import { readPlatform } from './platform/read-platform.ts';
import { type ProcessImage, listProcesses, processImage, processText } from './process-table.ts';
import { serviceName } from './targets/service-name.ts';

export interface Target extends Disposable {
  readonly pid: number;
  /** process and program as they were when this was read */
  readonly born: ProcessImage;
  /** leads to the file that `binary` was read from, whatever the process runs by now */
  readonly executablePath: string;
  readonly binary: GoBinary;
  readonly service: string;
  readonly platform: string;
}

export async function openTarget(choice: TargetChoice, service: string | undefined): Promise<Target> {
  const { pid, exe } = chooseTarget(choice, listProcesses());
  const executable = openExecutable({ by: 'pid', pid });
  try {
    const binary = await readProgram(executable);
    const born = processImage(pid);
    // Another program by exec since it was opened: its process is not the one that was asked for.
    if (born?.file !== executable.file) throw executableProblem({ by: 'pid', pid }, 'ESRCH');
    return {
      pid,
      born,
      executablePath: executable.path,
      binary,
      service: service ?? serviceOf(pid, exe, binary),
      platform: platformOf(binary),
      [Symbol.dispose]: () => executable[Symbol.dispose](),
    };
  } catch (error) {
    executable[Symbol.dispose]();
    throw error;
  }
}

export const serviceOf = (pid: number, exe: string, { modules }: Pick<GoBinary, 'modules'>): string =>
  serviceName({ environ: processText(pid, 'environ'), modulePath: modules.main?.path ?? '', exe });

export function platformOf({ arch, goVersion }: Pick<GoBinary, 'arch' | 'goVersion'>): string {
  // "go1.24.4" → 1.24.4: the platform's field has no prefix (libs/events, platform.ts)
  return platformTag(readPlatform(readHost(), { arch, goVersion: goVersion.text.replace(/^go/, '') }));
}
