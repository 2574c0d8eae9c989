/** `--target` as text → selectors. Pure. */
import { MapscopeError } from '@mapscope/events';
import { type Selector, parseSelector } from '@mapscope/rollout';

/** All problems at once. */
export function parseTargets(text: string): readonly Selector[] {
  const problems: string[] = [];
  const selectors = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap((part) => {
      try {
        return [parseSelector(part)];
      } catch (error) {
        if (!(error instanceof MapscopeError)) throw error;
        problems.push(error.message);
        return [];
      }
    });
  if (problems.length > 0) throw new MapscopeError('CONFIG_INVALID', `--target: ${problems.join('; ')}`);
  if (selectors.length > 0) return selectors;
  throw new MapscopeError('CONFIG_INVALID', '--target names nothing: give e.g. --target service=order or exe=/srv/*');
}

/**
 * Selectors have commas in them, so a repeated flag is joined by semicolons before the options are read: of a flag with
 * a plain value the last one would win.
 */
export function joinTargets(argv: readonly string[]): readonly string[] {
  const targets: string[] = [];
  const rest: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    const next = argv[at + 1];
    if (word.startsWith('--target=')) targets.push(word.slice('--target='.length));
    else if (word === '--target' && next !== undefined && !next.startsWith('--')) {
      targets.push(next);
      at++;
    } else rest.push(word);
  }
  return targets.length === 0 ? rest : [`--target=${targets.join(';')}`, ...rest];
}
