/**
 * The module text of the build information: what `go version -m` prints. One line each, fields separated by tabs
 * (src/runtime/debug/mod.go ParseBuildInfo):
 *
 *   path  command line package
 *   mod   path version sum          the main module
 *   dep   path version sum          a dependency; a line "=>" behind it replaces it
 *   build key=value                 key or value may be quoted as in Go source
 */
export interface GoModule {
  readonly path: string;
  readonly version: string;
}

export interface ModuleInfo {
  /** package path of the program; '' where unknown */
  readonly path: string;
  readonly main: GoModule | undefined;
  /** as linked: replacements stand in for what they replace */
  readonly dependencies: readonly GoModule[];
  readonly settings: ReadonlyMap<string, string>;
}

export const NO_MODULES: ModuleInfo = { path: '', main: undefined, dependencies: [], settings: new Map() };

export function parseModuleInfo(text: string): ModuleInfo {
  let [path, main]: [string, GoModule | undefined] = ['', undefined];
  const dependencies: GoModule[] = [];
  const settings = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [kind, first = '', second = ''] = line.split('\t');
    if (kind === 'path') path = first;
    else if (kind === 'mod') main = { path: first, version: second };
    else if (kind === 'dep') dependencies.push({ path: first, version: second });
    else if (kind === '=>') dependencies.push({ path: dependencies.pop()?.path ?? first, version: second });
    else if (kind === 'build') addSetting(settings, line.slice('build\t'.length));
  }
  return { path, main, dependencies, settings };
}

function addSetting(settings: Map<string, string>, text: string): void {
  const found = /^("(?:[^"\\]|\\.)*"|[^=]*)=(.*)$/.exec(text);
  if (found !== null) settings.set(unquote(found[1] ?? ''), unquote(found[2] ?? ''));
}

/** strconv.Quote's escapes are JSON's but for \x, \a and \v, which no setting contains; else the text as it stands. */
function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
