/** The kinds of option there are. Each says what it allows and turns text into its value. */
import { makeOption } from './option.ts';
import type { ConfigOption, OptionSpec } from './option.ts';

/** The WHATWG URL Standard, as far as it is used here. */
declare const URL: { parse(text: string): { readonly protocol: string; readonly hostname: string } | null };

const some = (text: string): { value: string } | undefined => (text === '' ? undefined : { value: text });

export function textOption<D extends string | undefined = string>(spec: OptionSpec<D>): ConfigOption<string | D> {
  return makeOption<string, D>(spec, { form: 'value', allowed: 'a text', parse: some });
}

interface IntegerSpec<D> extends OptionSpec<D> {
  readonly min?: number;
  readonly max?: number;
}

export function integerOption<D extends number | undefined = number>(spec: IntegerSpec<D>): ConfigOption<number | D> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = spec;
  const bound = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return makeOption<number, D>(spec, {
    form: 'value',
    allowed: `an integer ${bound}`,
    parse: (text) => {
      const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? { value } : undefined;
    },
  });
}

/** Port 0 asks the kernel for any free one. */
export function portOption<D extends number | undefined = number>(spec: OptionSpec<D>): ConfigOption<number | D> {
  return integerOption({ ...spec, min: 0, max: 65_535 });
}

interface ChoiceSpec<C extends string, D> extends OptionSpec<D> {
  readonly choices: readonly C[];
}

export function choiceOption<const C extends string, D extends NoInfer<C> | undefined = NoInfer<C>>(
  spec: ChoiceSpec<C, D>,
): ConfigOption<C | D> {
  return makeOption<C, D>(spec, {
    form: 'value',
    allowed: `one of ${spec.choices.join(', ')}`,
    parse: (text) => {
      const value = spec.choices.find((choice) => choice === text);
      return value === undefined ? undefined : { value };
    },
  });
}

interface ListSpec<C extends string, D> extends OptionSpec<D> {
  /** Without choices an item is any text. */
  readonly choices?: readonly C[];
}

/** Items are separated by commas; the flag given twice adds up. */
export function listOption<
  const C extends string = string,
  D extends readonly NoInfer<C>[] | undefined = readonly NoInfer<C>[],
>(spec: ListSpec<C, D>): ConfigOption<readonly C[] | Extract<D, undefined>> {
  const { choices } = spec;
  // Without choices C is string, and every item is one.
  const isItem = (item: string): item is C => choices === undefined || choices.some((choice) => choice === item);
  const option = makeOption<readonly C[], D>(spec, {
    form: 'list',
    allowed: choices === undefined ? 'a comma-separated list' : `a comma-separated list of ${choices.join(', ')}`,
    parse: (text) => {
      const items = text.split(',').flatMap((item) => item.trim() || []);
      return items.length > 0 && items.every(isItem) ? { value: items } : undefined;
    },
  });
  // D is a list of items of C, or undefined; the compiler keeps the literal list it was given, which nobody wants to see.
  return option as ConfigOption<readonly C[] | Extract<D, undefined>>;
}

interface UrlSpec<D> extends OptionSpec<D> {
  /** With the colon, as URL.protocol has it; http: and https: when not said. */
  readonly protocols?: readonly string[];
}

/** The value stays the text that was given. */
export function urlOption<D extends string | undefined = string>(spec: UrlSpec<D>): ConfigOption<string | D> {
  const { protocols = ['http:', 'https:'] } = spec;
  return makeOption<string, D>(spec, {
    form: 'value',
    allowed: `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    parse: (text) => {
      const url = URL.parse(text);
      return url !== null && url.hostname !== '' && protocols.includes(url.protocol) ? { value: text } : undefined;
    },
  });
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  on: true,
  yes: true,
  false: false,
  0: false,
  off: false,
  no: false,
};

/** A switch is off unless its default says otherwise; `--x`, `--no-x`, `--x=true`; in env and file a value. */
export function booleanOption(spec: OptionSpec<boolean>): ConfigOption<boolean> {
  return makeOption<boolean, boolean>(
    { ...spec, default: spec.default ?? false },
    {
      form: 'switch',
      allowed: 'true or false (also 1, on, yes, 0, off, no)',
      parse: (text) => {
        const value = Object.hasOwn(BOOLEANS, text.toLowerCase()) ? BOOLEANS[text.toLowerCase()] : undefined;
        return value === undefined ? undefined : { value };
      },
    },
  );
}

interface PositionalsSpec {
  /** What a word stands for, e.g. `service`. */
  readonly name: string;
  readonly describe: string;
  readonly min?: number;
  readonly max?: number;
}

/** The words that belong to no flag, e.g. the service in `probe on checkout`. At most one option of this kind. */
export function positionals(spec: PositionalsSpec): ConfigOption<readonly string[]> {
  const { name, describe, min = 0, max = Number.MAX_SAFE_INTEGER } = spec;
  const count = min === max ? `${min}` : max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
  const parse: ConfigOption<readonly string[]>['parse'] = (text) => {
    const words = text.split('\n');
    return words.length >= min && words.length <= max ? { value: words } : undefined;
  };
  const kind = { form: 'words', allowed: `${count} <${name}>`, parse } as const;
  return makeOption<readonly string[], readonly string[]>(
    min > 0 ? { flag: name, describe } : { flag: name, describe, default: [] },
    kind,
  );
}
