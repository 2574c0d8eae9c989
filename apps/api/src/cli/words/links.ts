/** Addresses of the pages that show the same (apps/ui/src/router). Pure. */
import type { RootCauseAnswer } from '@mapscope/contract';
import { queryText } from '../core/api-client.ts';

/** The windows of the answer, so that it stays the same tomorrow. */
export function explainLink(url: string, answer: RootCauseAnswer): string {
  const { service, window, baseline, route, platform } = answer;
  const question = {
    service,
    from: window.from,
    to: window.to,
    baselineFrom: baseline.from,
    baselineTo: baseline.to,
    route: route ?? undefined,
    platform: platform ?? undefined,
  };
  return `${url}/explain/${queryText(question)}`;
}

export const traceLink = (url: string, id: string): string => `${url}/trace/${queryText({ id })}`;
