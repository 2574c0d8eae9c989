/** The option --overhead-percent. Pure. */
import { MapscopeError } from '@mapscope/events';
import { DEFAULT_SHARE } from '@mapscope/rollout';

export const DEFAULT_OVERHEAD = String(DEFAULT_SHARE * 100);
/** More is no budget: half of the target's time for its probes. */
const MOST_PERCENT = 50;
const LEAST_PERCENT = 0.1;

/** As a share of 1; undefined: no limit */
export function overheadShare(text: string): number | undefined {
  if (text === 'off') return undefined;
  const percent = text.trim() === '' ? Number.NaN : Number(text);
  if (percent >= LEAST_PERCENT && percent <= MOST_PERCENT) return percent / 100;
  const message = `overhead-percent "${text}" is neither "off" nor a number from ${LEAST_PERCENT} to ${MOST_PERCENT}: give ${DEFAULT_OVERHEAD} for ${DEFAULT_OVERHEAD} % of the target's CPU time`;
  throw new MapscopeError('CONFIG_INVALID', message, { facts: { overheadPercent: text } });
}
