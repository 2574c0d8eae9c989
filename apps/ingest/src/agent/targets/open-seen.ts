/** From a process that was seen to what its probes need: only if it still is what was looked at. */
import type { BinaryCache } from '../../executable/binary-cache.ts';
import { executableProblem } from '../../executable/executable-problem.ts';
import { openExecutable } from '../../executable/open-executable.ts';
import { type Target, platformOf } from '../find-target.ts';
import { processImage } from '../process-table.ts';
import type { SeenTarget } from './scan.ts';

export async function openSeen({ born, facts }: SeenTarget, cache: BinaryCache, service: string): Promise<Target> {
  const { pid } = facts;
  const executable = openExecutable({ by: 'pid', pid });
  try {
    const binary = await cache.read(executable);
    // A child between fork and exec looks like its parent; it has another program by now.
    if (executable.file !== born.file || processImage(pid)?.image !== born.image) {
      throw executableProblem({ by: 'pid', pid }, 'ESRCH');
    }
    return {
      pid,
      born,
      executablePath: executable.path,
      binary,
      service,
      platform: platformOf(binary),
      [Symbol.dispose]: () => executable[Symbol.dispose](),
    };
  } catch (error) {
    executable[Symbol.dispose]();
    throw error;
  }
}
