/**
 * One text for what a program was built from, the same on all CPUs: Go's build id differs from one architecture to the other
 * though the source is one, module version and revision do not (`go help buildvcs`). Pure.
 */
import type { ModuleInfo } from './module-info.ts';

/** As `go version -m` shows it: 40 hex digits of git; twelve name a commit (cmd/go's pseudo-versions use as many). */
const REVISION_CHARS = 12;
/** Settings that change what a program does on one source; the rest of them name the target or the tools. */
const TELLING = ['-race', '-tags', '-msan', '-asan', '-pgo'] as const;

/** "example.com/order@v1.4.2 3f2a9c01d4e5"; '' where the build information names neither a version nor a revision. */
export function buildText({ main, settings }: Pick<ModuleInfo, 'main' | 'settings'>): string {
  const version = main === undefined || main.version === '(devel)' ? '' : main.version;
  const revision = (settings.get('vcs.revision') ?? '').slice(0, REVISION_CHARS);
  if (version === '' && revision === '') return '';
  const changed = settings.get('vcs.modified') === 'true' && !version.endsWith('+dirty') ? ['changed'] : [];
  const how = TELLING.flatMap((name) => (settings.has(name) ? [`${name}=${settings.get(name)}`] : []));
  return [`${main?.path ?? ''}@${version}`, revision, ...changed, ...how].filter((part) => part !== '').join(' ');
}
