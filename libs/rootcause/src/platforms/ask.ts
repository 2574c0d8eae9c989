/** Asks the store, then compares. Thin: what it means is decided in pure code (compare.ts). */
import { MapscopeError, type TimeWindow } from '@mapscope/events';
import type { EvidenceQuery, EvidenceSource } from '../evidence.ts';
import type { WindowEvidence } from '../judge.ts';
import type { PlatformComparison } from './answer.ts';
import { comparePlatforms, type PlatformWindow } from './compare.ts';
import type { PlatformSource, StructLayout } from './evidence.ts';
import { receiverType } from './site.ts';

export interface PlatformQuestion {
  readonly service: string;
  readonly route?: string | undefined;
  readonly site?: string | undefined;
  readonly window: TimeWindow;
  /** each platform's own, before the window */
  readonly baseline?: TimeWindow | undefined;
}

export interface PlatformMeans {
  readonly evidence: EvidenceSource;
  readonly platforms: PlatformSource;
  readonly seed: number;
}

/** Structs asked for: of the lines that were waited at, the first. */
const MAX_STRUCTS = 50;

export async function askPlatforms(question: PlatformQuestion, means: PlatformMeans): Promise<PlatformComparison> {
  const { service, route, site, window, baseline } = question;
  if (baseline !== undefined) refuseOverlap(window, baseline);
  const query = { service, route, window };
  const [asked, before, sharedLines, coverage] = await Promise.all([
    fetchSide(query, means),
    baseline && fetchSide({ ...query, window: baseline }, means),
    means.platforms.sharedLines(query),
    means.evidence.coverage(query),
  ]);
  const layouts = await fetchLayouts(query, asked, means);
  return comparePlatforms({
    service,
    route,
    site,
    window: asked,
    baseline: before,
    sharedLines,
    layouts,
    coverage,
    seed: means.seed,
  });
}

async function fetchSide(query: EvidenceQuery, { evidence, platforms }: PlatformMeans): Promise<PlatformWindow> {
  // Of the same window, so that all are cut alike.
  const [requests, waits, stretches, findings, facts] = await Promise.all([
    evidence.requests(query),
    evidence.waits(query),
    evidence.stretches(query),
    evidence.findings(query),
    platforms.platformFacts(query),
  ]);
  const window: WindowEvidence = { window: query.window, requests, waits, stretches, findings };
  return { evidence: window, facts };
}

function fetchLayouts(
  query: EvidenceQuery,
  { evidence }: PlatformWindow,
  { platforms }: PlatformMeans,
): Promise<readonly StructLayout[]> {
  const names = [...new Set(evidence.waits.sites.flatMap((site) => receiverType(site) ?? []))].slice(0, MAX_STRUCTS);
  return names.length === 0 ? Promise.resolve([]) : platforms.structLayouts(query, names);
}

function refuseOverlap(window: TimeWindow, baseline: TimeWindow): void {
  if (baseline.toUnixNanos <= window.fromUnixNanos || window.toUnixNanos <= baseline.fromUnixNanos) return;
  throw new MapscopeError(
    'QUERY_INVALID',
    'baseline and window overlap: choose a baseline that ends before the window begins',
  );
}
