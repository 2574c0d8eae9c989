/** What the key dialog says. Pure. */
import type { Problem } from '@mapscope/contract';
import type { Scope } from '@mapscope/events';

export interface RefusalWords {
  readonly title: string;
  readonly reason: string;
  /** makes what is missing */
  readonly command: string;
}

export const commandFor = (scope: Scope): string => `npm run key -- create --scope ${scope}`;

/** `hasKey`: one was sent, and it was not enough. */
export function refusalWords({ status, detail, neededScope = 'read' }: Problem, hasKey: boolean): RefusalWords {
  const command = commandFor(neededScope);
  if (status === 403) return { title: `This key lacks the scope “${neededScope}”`, reason: detail, command };
  if (hasKey) return { title: 'This key does not hold', reason: detail, command };
  const reason = `This Mapscope answers only with a key that has the scope “${neededScope}”.`;
  return { title: 'A key is needed', reason, command };
}
