/**
 * What the probed services did, as counters and histograms that grow by what was stored since the last look. Names are those
 * of OpenTelemetry's semantic conventions in Prometheus' spelling where there are any (http.server.request.duration,
 * go.mutex.wait.duration), and Mapscope's own words elsewhere. Pure.
 */
import type { LatencyObjective } from '@mapscope/slo';
import type { GrowthBounds } from '@mapscope/store';
import { eventFamilies } from './event-families.ts';
import type { GrowthFamilies } from './growth-families.ts';
import { requestBounds, requestFamilies } from './request-families.ts';
import { syncmapMisses } from './syncmap-misses.ts';
import { WAIT_BOUNDS, waitFamilies } from './wait-families.ts';

export interface ServiceFamilies extends GrowthFamilies {
  readonly bounds: GrowthBounds;
}

export function serviceFamilies(objective: LatencyObjective): ServiceFamilies {
  const all = [requestFamilies(), waitFamilies(), eventFamilies(), syncmapMisses()];
  return {
    bounds: { requestNanos: requestBounds(objective), waitNanos: WAIT_BOUNDS },
    know: (place) => all.forEach(({ know }) => know(place)),
    take: (growth) => all.forEach(({ take }) => take(growth)),
    families: () => all.flatMap(({ families }) => families()),
  };
}
