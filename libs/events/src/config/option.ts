/**
 * One setting of a program: where it may come from, what it may be, what it is when nobody says. An app declares a
 * record of options, `readConfig` reads them, `describeOptions` prints them. Nothing here looks at argv or env.
 *
 * Absence is one of three: `default: value`; `default: undefined` (the setting is optional); no `default` (required).
 */
export interface OptionSpec<D> {
  /** Without dashes: `brokers` is given as `--brokers x` or `--brokers=x`, and as key `brokers` in a file. */
  readonly flag: string;
  readonly env?: string;
  /** One line for --help, in lower case, without a full stop. */
  readonly describe: string;
  readonly default?: D;
  /** Its value never appears in a message or in --help. */
  readonly secret?: boolean;
}

export interface ConfigOption<T> {
  readonly flag: string;
  readonly env: string | undefined;
  readonly describe: string;
  readonly secret: boolean;
  /**
   * `value` takes one, the last given wins; `list` adds up what is given; `switch` takes none on the command line and
   * knows `--no-…`; `words` takes the words that belong to no flag.
   */
  readonly form: 'value' | 'list' | 'switch' | 'words';
  /** Completes "give …", e.g. `an integer from 1 to 9`. */
  readonly allowed: string;
  readonly absent: { readonly kind: 'required' } | { readonly kind: 'default'; readonly value: T };
  /** Undefined when the text is not allowed. A list is joined by commas, words by line feeds. */
  readonly parse: (text: string) => { readonly value: T } | undefined;
}

export type ConfigOptions = Readonly<Record<string, ConfigOption<unknown>>>;

export type ConfigValues<O extends ConfigOptions> = {
  readonly [K in keyof O]: O[K] extends ConfigOption<infer T> ? T : never;
};

type Kind<T> = Pick<ConfigOption<T>, 'form' | 'allowed' | 'parse'>;

/** `T` is what the text parses to, `D` what the default is; without one D is T, and absence a problem. */
export function makeOption<T, D>(spec: OptionSpec<D>, kind: Kind<T>): ConfigOption<T | D> {
  return {
    ...kind,
    flag: spec.flag.replace(/^--/, ''),
    env: spec.env,
    describe: spec.describe,
    secret: spec.secret ?? false,
    // `in` because `default: undefined` is a default.
    absent: 'default' in spec ? { kind: 'default', value: spec.default } : { kind: 'required' },
  };
}
