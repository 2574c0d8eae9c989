/** One sentence per incident: the API's own, or its numbers where nobody has judged yet. Pure. */
import type { Incident } from '@mapscope/contract';
import { questionOf } from '../api/paths.ts';
import { platformWords } from '../format/platform.ts';
import { duration } from '../format/duration.ts';
import { unixMs } from '../format/instant.ts';
import { splitSentences } from '../format/sentence.ts';
import { hrefOf, readQuery } from '../router/query.ts';

export interface Headline {
  readonly first: string;
  /** who is blamed, or why nobody is */
  readonly second: string;
  /** what it rests on, in the API's own words; empty where it does not say */
  readonly coverage: string;
}

const BASIS = 'Based on ';

/** The sentence's own beginning carries a time in UTC and counts; a list is read by service and size of the jump. */
export function headlineOf(incident: Incident): Headline {
  const [begin, ...rest] = incident.sentence === null ? [] : splitSentences(incident.sentence);
  const coverage = rest.find((sentence) => sentence.startsWith(BASIS)) ?? '';
  const said = rest.filter((sentence) => sentence !== coverage);
  return { first: jumpOf(incident) ?? begin ?? unmeasured(incident), second: said.slice(0, 2).join(' '), coverage };
}

function jumpOf({ kind, service, message, p99BeforeMs, p99DuringMs }: Incident): string | undefined {
  if (kind === 'crash')
    return `\`${service}\` crashed${message === null || message === undefined ? '' : `: ${message}`}`;
  if (p99BeforeMs === null || p99DuringMs === null) return undefined;
  return `p99 of \`${service}\` rose ${duration(p99BeforeMs)} → ${duration(p99DuringMs)}`;
}

const unmeasured = ({ service }: Incident): string => `p99 of \`${service}\` is far above what it was before`;

/** "on /order", "on 3 routes, arch=arm64": where it is, if it is not everywhere. */
export function whereWords({ route, platform, routes = [], platforms = [] }: Incident): string {
  const ofRoutes = route ?? (routes.length > 1 ? `${routes.length} routes` : routes[0]);
  const ofPlatforms = platform ?? (platforms.length > 1 ? `${platforms.length} platforms` : platforms[0]);
  const onPlatforms = ofPlatforms?.includes('=') === true ? platformWords(ofPlatforms) : ofPlatforms;
  return [ofRoutes, onPlatforms].filter((part) => part !== undefined && part !== '').join(' · ');
}

/** The incident's own question, as the API would ask it; a crash has a page of its own. */
export function incidentHref({ kind, service, window, rootCauseUrl }: Incident): string {
  if (kind === 'crash') return hrefOf('crashes', { service, from: beforeOf(window.from), to: afterOf(window.to) });
  const asked = questionOf(readQuery(rootCauseUrl.split('?')[1] ?? ''));
  return hrefOf('explain', { service, from: window.from, to: window.to, ...asked });
}

const MARGIN_MS = 60_000;
const shifted = (instant: string, ms: number): string => new Date(unixMs(instant) + ms).toISOString();
const beforeOf = (instant: string): string => shifted(instant, -MARGIN_MS);
const afterOf = (instant: string): string => shifted(instant, MARGIN_MS);
