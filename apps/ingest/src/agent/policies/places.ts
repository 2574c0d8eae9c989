/**
 * What decides whether a process is in a percentage: host, build and service instance, so that one that is started again
 * has its place again. Instances that nobody tells apart get the lowest number that is free among their like.
 *
 *   host-7/go1.24-abc/order-3          service.instance.id of OTEL_RESOURCE_ATTRIBUTES
 *   host-7/go1.24-abc/9f31c0…          else a hash of its arguments and control group
 *   host-7/go1.24-abc/9f31c0…#1        a second one of the same
 */
import { createHash } from 'node:crypto';

export interface Placed {
  /** one process with one program */
  readonly image: string;
  readonly buildId: string;
  readonly instance: string;
}

export interface Places {
  /** identities by image, of all that run now */
  readonly assign: (processes: readonly Placed[]) => ReadonlyMap<string, string>;
}

export function makePlaces(host: string): Places {
  const taken = new Map<string, string>();
  return {
    assign: (processes) => {
      const running = new Set(processes.map(({ image }) => image));
      for (const image of taken.keys()) if (!running.has(image)) taken.delete(image);
      const used = new Set(taken.values());
      for (const { image, buildId, instance } of processes) {
        if (taken.has(image)) continue;
        const identity = lowestFree(`${host}/${buildId}/${instance}`, used);
        taken.set(image, identity);
        used.add(identity);
      }
      return new Map(taken);
    },
  };
}

function lowestFree(base: string, used: ReadonlySet<string>): string {
  let identity = base;
  for (let number = 1; used.has(identity); number++) identity = `${base}#${number}`;
  return identity;
}

export interface InstanceText {
  /** of /proc/PID: variables and arguments end in zero bytes */
  readonly environ: string;
  readonly cmdline: string;
  readonly cgroup: string;
}

export function instanceOf({ environ, cmdline, cgroup }: InstanceText): string {
  const attributes = environ.split('\0').find((one) => one.startsWith('OTEL_RESOURCE_ATTRIBUTES=')) ?? '';
  const id = /(?:^|[=,])\s*service\.instance\.id\s*=\s*([^,]+)/.exec(attributes.slice(attributes.indexOf('=') + 1));
  if (id?.[1] !== undefined) return id[1].trim();
  return createHash('sha256').update(`${cmdline}\n${cgroup}`).digest('hex').slice(0, 16);
}
