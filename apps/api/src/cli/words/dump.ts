/** A grouped goroutine dump as a terminal shows it. Pure. */
import type { DumpFrame, HolderGuess, LockWaitSite } from '@mapscope/golang';
import type { DumpAnswer } from '../commands/dump.ts';
import { count, duration } from './numbers.ts';
import { type Column, printable, table } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'GOROUTINES', right: true },
  { title: 'STATE' },
  { title: 'LONGEST', right: true },
  { title: 'AT' },
  { title: 'CREATED BY' },
];

export function dumpText(answer: DumpAnswer): string {
  const rows = answer.groups.map((group) => [
    count(group.count),
    group.state,
    waited(group.longestWaitMinutes),
    place(group.at),
    group.creator?.function ?? '–',
  ]);
  const more = answer.otherGroups === 0 ? [] : [`and ${count(answer.otherGroups)} more groups: give --limit`];
  return [
    summary(answer),
    ...losses(answer),
    '',
    ...answer.lockWaits.flatMap(siteLines),
    table(COLUMNS, rows),
    ...more,
  ].join('\n');
}

const summary = ({ goroutines, lockWaits }: DumpAnswer): string => {
  const waiters = lockWaits.reduce((sum, site) => sum + site.count, 0);
  return `${count(goroutines)} goroutines, ${count(waiters)} wait for a lock (evidence: one goroutine dump, weaker than what is measured)`;
};

const losses = ({ unreadLines, unreadSamples, isCut }: DumpAnswer): readonly string[] => [
  ...(isCut ? ['the text ends within a goroutine: what comes after is missing (Go stops debug=2 at 64 MB)'] : []),
  ...(unreadLines === 0
    ? []
    : [`${count(unreadLines)} lines belong to no goroutine, the first: ${printable(unreadSamples[0] ?? '')}`]),
];

const siteLines = (site: LockWaitSite): readonly string[] => [
  printable(
    `${count(site.count)} in ${site.operation} at ${place(site.at)}, longest ${waited(site.longestWaitMinutes)}`,
  ),
  ...(site.holderGuesses.length === 0
    ? ['  holder: not to be guessed from this dump (no other goroutine is in a function of the same receiver)']
    : site.holderGuesses.map(guessLine)),
  '',
];

const guessLine = ({ at, state, count: goroutines, goids, hasSameReceiver }: HolderGuess): string => {
  const why = hasSameReceiver ? 'a method of the same object' : 'the same receiver type or function';
  return printable(
    `  guess of a holder: ${place(at)} [${state}], ${count(goroutines)} (goroutine ${goids.join(', ')}): ${why}`,
  );
};

const place = (at: DumpFrame | undefined): string =>
  at === undefined ? '(no stack)' : `${at.function} ${at.file.replace(/^.*[/\\]/, '')}:${at.line}`;

/** Go prints no wait below a minute. */
const waited = (minutes: number): string => (minutes === 0 ? '< 1 min' : duration(minutes * 60_000));
