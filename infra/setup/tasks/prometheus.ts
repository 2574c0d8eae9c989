/** Debian's Prometheus and Alertmanager, for the tests of infra/prometheus; nothing is installed. */
import type { DataPaths } from '../../world/paths.ts';
import { ensureDebianProgram } from './debian-program.ts';

/** Says in words what became of it: without them their tests skip. */
export async function ensurePrometheus(paths: DataPaths): Promise<string> {
  try {
    await ensureDebianProgram(paths, 'prometheus', 'usr/bin/prometheus');
    await ensureDebianProgram(paths, 'prometheus-alertmanager', 'usr/bin/prometheus-alertmanager');
    return 'present';
  } catch (error) {
    return `not to be had, its tests will skip: ${error instanceof Error ? error.message : String(error)}`;
  }
}
