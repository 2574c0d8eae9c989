import type { Incident, LatencyAnswer } from '@mapscope/contract';
import { latencyPath } from '../api/paths.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Sparkline } from '../chart/sparkline.tsx';
import { rangeOf, visibleRange } from '../chart/visible-range.ts';
import { duration } from '../format/duration.ts';
import { timeSpan, unixMs } from '../format/instant.ts';
import { RichText } from '../parts/rich-text.tsx';
import { useSeen } from '../parts/use-seen.ts';
import { VerdictBadge } from '../parts/verdict-badge.tsx';
import { Link } from '../router/link.tsx';
import { headlineOf, incidentHref, whereWords } from './headline.ts';

interface IncidentCardProps {
  readonly incident: Incident;
  readonly nowMs: number;
}

export function IncidentCard({ incident, nowMs }: IncidentCardProps) {
  const { window, ongoing } = incident;
  const { first, second, coverage } = headlineOf(incident);
  const where = whereWords(incident);
  const lasted = duration(unixMs(window.to) - unixMs(window.from));
  return (
    <li className={ongoing ? 'incident incident-open' : 'incident'}>
      <Link href={incidentHref(incident)} className="incident-link">
        <div className="incident-words">
          <div className="incident-meta">
            <span className={ongoing ? 'state state-open' : 'state'}>{ongoing ? 'open' : 'resolved'}</span>
            <VerdictBadge verdict={incident.verdict} />
            {incident.confidence !== null && incident.confidence !== undefined && (
              <span className="badge badge-faint">{incident.confidence} confidence</span>
            )}
            <span className="dim">
              {timeSpan(window.from, window.to, nowMs)} ({lasted})
            </span>
            {where !== '' && <span className="dim">{where}</span>}
          </div>
          <h3>
            <RichText text={first} />
          </h3>
          {second !== '' && (
            <p className="dim">
              <RichText text={second} />
            </p>
          )}
          {coverage !== '' && (
            <p className="dim small incident-coverage">
              <RichText text={coverage} />
            </p>
          )}
        </div>
        <IncidentSparkline incident={incident} />
      </Link>
    </li>
  );
}

function IncidentSparkline({ incident }: { readonly incident: Incident }) {
  const [element, isSeen] = useSeen<HTMLDivElement>();
  // The right edge is the incident's own end: a chart that moved with the clock would be asked for again and again.
  const [from, to] = visibleRange([incident.baseline, incident.window], 0);
  const path = latencyPath({ service: incident.service, from: String(from), to: String(to) });
  const { value } = useAnswer<LatencyAnswer>(isSeen ? path : undefined, { subject: incident.id });
  return (
    <div ref={element} className="incident-sparkline">
      {value !== undefined && <Sparkline latency={value} window={rangeOf(incident.window)} />}
    </div>
  );
}
