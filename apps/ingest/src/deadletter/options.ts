/** Settings of the role `deadletter`. */
import { type ConfigValues, MapscopeError, booleanOption, listOption, textOption } from '@mapscope/events';
import { COMMON_OPTIONS, KAFKA_OPTIONS } from '../process/common-options.ts';
import type { Choice } from './letter.ts';

export const DEADLETTER_OPTIONS = {
  ...KAFKA_OPTIONS,
  offsets: listOption({ flag: 'offsets', describe: 'only these letters, e.g. 3,17', default: undefined }),
  code: textOption({
    flag: 'code',
    describe: 'only letters with this reason, e.g. CLICKHOUSE_REFUSED',
    default: undefined,
  }),
  all: booleanOption({ flag: 'all', describe: 'replay: every letter that is kept' }),
  json: booleanOption({ flag: 'json', describe: 'one JSON object on stdout' }),
  ...COMMON_OPTIONS,
};

const VERBS = ['list', 'replay'] as const;
type Verb = (typeof VERBS)[number];

export type DeadletterConfig = Omit<ConfigValues<typeof DEADLETTER_OPTIONS>, 'offsets'> &
  Choice & { readonly verb: Verb };

/** The first word says what to do; without one the letters are only listed. */
export function splitVerb(argv: readonly string[]): { readonly verb: Verb; readonly flags: readonly string[] } {
  const [word] = argv;
  if (word === undefined || word.startsWith('-')) return { verb: 'list', flags: argv };
  const verb = VERBS.find((known) => known === word);
  if (verb === undefined)
    throw new MapscopeError('CONFIG_INVALID', `deadletter cannot "${word.slice(0, 64)}": give ${VERBS.join(' or ')}`);
  return { verb, flags: argv.slice(1) };
}

export function deadletterConfig(verb: Verb, values: ConfigValues<typeof DEADLETTER_OPTIONS>): DeadletterConfig {
  const offsets = values.offsets?.map(toOffset);
  if (verb === 'replay' && offsets === undefined && values.code === undefined && !values.all)
    throw new MapscopeError('CONFIG_INVALID', 'say which letters to replay: --offsets, --code, or --all for every one');
  return { ...values, offsets, verb };
}

function toOffset(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new MapscopeError('CONFIG_INVALID', `--offsets: "${text.slice(0, 64)}" is no offset: give numbers as listed`);
}
