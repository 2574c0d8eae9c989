/** The uprobe-multi links of a session, one a family: the unit of switching on and off. */
import type { Clock } from '@mapscope/events';
import type { FamilyName } from './families/families.ts';
import type { Manifest } from './manifest.ts';
import type { Probes } from './probes.ts';

export interface FamilyLinks {
  /** All or nothing. Those that the manifest does not have, and those that are attached, are left out. */
  readonly attach: (families: readonly FamilyName[]) => Promise<void>;
  /** Once it resolves no program of these families runs any more. */
  readonly detach: (families: readonly FamilyName[]) => Promise<void>;
}

export interface LinkPlace {
  readonly executablePath: string;
  readonly pid: number;
}

export function createFamilyLinks(
  { attach: link, detach: unlink }: Pick<Probes, 'attach' | 'detach'>,
  manifest: Pick<Manifest, 'families' | 'hooks'>,
  { executablePath, pid }: LinkPlace,
): FamilyLinks {
  const attached = new Map<FamilyName, number>();
  const detach = async (families: readonly FamilyName[]): Promise<void> => {
    const fds = families.flatMap((family) => attached.get(family) ?? []);
    for (const family of families) attached.delete(family);
    await Promise.all(fds.map((fd) => unlink(fd)));
  };
  const attach = async (families: readonly FamilyName[]): Promise<void> => {
    const wanted = manifest.families.filter((family) => families.includes(family) && !attached.has(family));
    try {
      for (const family of wanted) {
        const hooks = manifest.hooks.filter((hook) => hook.family === family);
        attached.set(family, link(hooks, executablePath, pid));
      }
    } catch (error) {
      await detach(wanted);
      throw error;
    }
  };
  return { attach, detach };
}

/** What `work` takes. */
export async function nanosOf(clock: Clock, work: () => Promise<void>): Promise<bigint> {
  const begin = clock.monotonicNanos();
  await work();
  return clock.monotonicNanos() - begin;
}
