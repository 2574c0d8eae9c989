/**
 * Where a process stands among the control groups, and in which container, from the text of /proc/PID/cgroup. Pure.
 *
 *   0::/kubepods.slice/…/cri-containerd-<64 hex>.scope      version 2: the one hierarchy   (cgroups(7))
 *   4:memory:/docker/<64 hex>                               version 1: one line a controller
 */
export interface ControlGroup {
  readonly cgroup: string;
  /** 64 hex digits, or '' outside containers: docker, containerd, CRI-O and podman all put it into the path */
  readonly container: string;
}

export function controlGroupOf(text: string): ControlGroup {
  const lines = text.split('\n').flatMap((line) => {
    const [, hierarchy = '', controllers = '', path = ''] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    return hierarchy === '' ? [] : [{ hierarchy, controllers, path }];
  });
  const unified = lines.find(({ hierarchy }) => hierarchy === '0')?.path ?? '';
  // On hosts with both versions everything is in systemd's tree of version 1 and the unified one is empty.
  const systemd = lines.find(({ controllers }) => controllers === 'name=systemd')?.path ?? '';
  const cgroup = unified.length > 1 || systemd === '' ? unified : systemd;
  const ids = lines.map(({ path }) => [...path.matchAll(CONTAINER_ID)].at(-1)?.[0] ?? '');
  return { cgroup, container: ids.find((id) => id !== '') ?? '' };
}

/** The last of a path: a container in a container bears its own. */
const CONTAINER_ID = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;
