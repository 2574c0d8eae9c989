import { plural } from '../format/number.ts';
import type { MapConflictJson } from './blamed.ts';
import { Joint, Side } from './side.tsx';

/** Two goroutines in one map: both lines, where the probe family map was on. */
export function MapCard({ conflict }: { readonly conflict: MapConflictJson | null }) {
  return (
    <section className="panel blame" aria-label="Which map, and who used it">
      <Side role="waiter" title="Used here" site={conflict?.site} unknown="not known: the probe family map was off">
        {conflict !== null && `${plural(conflict.count, 'time')}, at ${conflict.mapAddress}`}
      </Side>
      <Joint text="while it was written by" />
      <Side role="holder" title="Written here" site={conflict?.other} unknown="only its writing flag was seen" />
      {conflict !== null && conflict.mapType !== '' && (
        <div className="blame-part">
          <h3>The map</h3>
          <p className="mono">{conflict.mapType}</p>
        </div>
      )}
    </section>
  );
}
