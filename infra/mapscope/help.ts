/** What is told about the commands, from the table of all of them. */
import { helpOf, overview } from '../../apps/api/src/cli/core/help.ts';
import { completedOf, completionScript } from './completions.ts';
import { type Shell, isCollector } from './names.ts';
import { ALL, GROUPS } from './programs.ts';

/** @param argv `detach --all --help` asks for the one of this host, `detach --help` for both */
export function helpText(name: string, argv: readonly string[]): string {
  const found = [...ALL].filter(([known]) => known === name || known.startsWith(`${name} `));
  const [first, ...more] = name === 'detach' && isCollector(name, argv) ? found.toReversed().slice(0, 1) : found;
  if (first === undefined) return overview(GROUPS);
  return [first, ...more].map(([known, described]) => helpOf(known, described)).join('\n\n');
}

export function completions(shell: Shell): string {
  const names = [...new Set([...ALL.keys()].map((name) => name.split(' ', 1)[0] ?? ''))];
  const completed = names.map((name) => {
    const entries = [...ALL].filter(([known]) => known === name || known.startsWith(`${name} `));
    const options = Object.assign({}, ...entries.map(([, described]) => described.options));
    return completedOf(name, entries[0]?.[1].describe ?? '', options);
  });
  return completionScript(shell, completed);
}
