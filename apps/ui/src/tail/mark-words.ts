/** What the tail says of itself. Pure. */
import { duration } from '../format/duration.ts';
import { plural } from '../format/number.ts';
import type { TailMark } from './tail-event.ts';

export interface MarkWords {
  readonly sign: string;
  readonly text: string;
}

export function markWords(mark: TailMark): MarkWords {
  switch (mark.what) {
    case 'skipped':
      return { sign: '⋯', text: `${plural(mark.count, 'event')} skipped: ${SKIP_REASONS[mark.reason]}` };
    case 'problem':
      return { sign: '!', text: `The tail stands still. ${mark.detail} (${mark.code})` };
    case 'resumed':
      return {
        sign: '↻',
        text: `The connection was lost for ${duration(mark.afterMillis)}; the tail goes on exactly where it was`,
      };
  }
}

const SKIP_REASONS = {
  rate: 'more came than this tail shows in time. Choose a service or a kind to see fewer, and all of them',
  expired: 'they are older than what is kept',
} as const;
