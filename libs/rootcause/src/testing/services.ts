/**
 * Services that are well, that wait, and that are slow for other reasons: the parts of which tests build truths and lies.
 */
import { GET, LOG, MS, REBUILD, SESSION, usualNanos } from './planted.ts';
import type { PlantedWait, Service } from './planted.ts';

export const quiet: Service = ({ rng }) => ({ durationNanos: usualNanos(rng, 20 * MS) });

/** `share` of requests wait `waitMs` (± 50 %) on a lock, on top of what they do otherwise. */
export const waiting =
  (share: number, waitMs: number, wait: Partial<PlantedWait> = {}): Service =>
  ({ rng }) => {
    const own = usualNanos(rng, 20 * MS);
    if (rng() >= share) return { durationNanos: own };
    const waitNanos = waitMs * MS * (0.5 + rng());
    return {
      durationNanos: own + waitNanos,
      waits: [{ at: GET, by: REBUILD, kind: 'rwmutex_read', offsetNanos: own / 3, waitNanos, ...wait }],
    };
  };

/** Many tiny waits on a logger and a sharded map, more of them the longer a request lasts. */
export const withInnocents =
  (service: Service): Service =>
  (context) => {
    const request = service(context);
    const { rng } = context;
    const tiny = (wait: Pick<PlantedWait, 'at' | 'by' | 'lock'>): PlantedWait => ({
      ...wait,
      offsetNanos: rng() * request.durationNanos * 0.9,
      waitNanos: 0.05 * MS * rng(),
    });
    const logs = Array.from({ length: Math.ceil(request.durationNanos / (10 * MS)) }, () => tiny({ at: LOG, by: LOG }));
    const shards = Array.from({ length: 4 }, () =>
      tiny({ at: SESSION, by: SESSION, lock: `0x${Math.floor(rng() * 64 + 1).toString(16)}` }),
    );
    return { ...request, waits: [...(request.waits ?? []), ...logs, ...shards] };
  };

/** A dependency takes up to `extraMs` more. */
export const slower =
  (extraMs: number): Service =>
  ({ rng }) => ({ durationNanos: usualNanos(rng, 20 * MS) + extraMs * MS * rng() });
