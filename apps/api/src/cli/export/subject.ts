/** What is to be exported: `4bf9…4736` is a trace, `15m` and `10:00..10:05` (both ends as moments) are windows. Pure. */
import { traceIdText } from '@mapscope/contract';
import { misused } from '../core/command.ts';
import { moment } from '../words/moments.ts';

export type Subject =
  | { readonly what: 'trace'; readonly id: string }
  | { readonly what: 'window'; readonly from: string; readonly to: string | undefined };

export function subjectOf(word: string): Subject {
  if (traceIdText.safeParse(word).success) return { what: 'trace', id: word.toLowerCase() };
  if (/^[0-9a-f]{16,}$/i.test(word) && !/^\d+$/.test(word))
    throw misused(`"${word.slice(0, 64)}" is not a trace id: it has 32 hex digits`);
  const [from = '', to, ...more] = word.split('..');
  if (more.length > 0) throw misused(`"${word.slice(0, 64)}" is not a window: give 15m, or FROM..TO`);
  return { what: 'window', from: moment('window', from), to: to === undefined ? undefined : moment('window', to) };
}
