/** The text of --help for a record of options. */
import type { ConfigOption, ConfigOptions } from './option.ts';

/** One option a paragraph: how to give it, what it is, where else it may come from. Example in describe-options.test.ts. */
export function describeOptions(options: ConfigOptions): string {
  const all = Object.values(options);
  const width = Math.max(0, ...all.map((option) => usage(option).length));
  const lines = all.flatMap((option) => [
    `  ${usage(option).padEnd(width)}  ${option.describe}`,
    `  ${' '.repeat(width)}  ${sources(option)}`,
  ]);
  return ['A flag wins over the environment, the environment over the file, the file over the default.', ...lines].join(
    '\n',
  );
}

function usage({ form, flag }: ConfigOption<unknown>): string {
  if (form === 'words') return `<${flag}>`;
  return form === 'switch' ? `--[no-]${flag}` : `--${flag} <${form}>`;
}

function sources(option: ConfigOption<unknown>): string {
  const allowed = option.form === 'switch' ? [] : [option.allowed];
  const env = option.env === undefined ? [] : [`env ${option.env}`];
  return `(${[...allowed, ...env, absence(option)].join('; ')})`;
}

function absence({ absent, secret }: ConfigOption<unknown>): string {
  if (absent.kind === 'required') return 'required';
  const text = textOf(absent.value);
  if (text === undefined || text === '') return 'optional';
  return `default ${secret ? '***' : text}`;
}

/** As somebody would give it on the command line. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
