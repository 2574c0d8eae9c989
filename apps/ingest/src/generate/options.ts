/** Settings of the role `generate`. */
import { type ConfigValues, integerOption, listOption } from '@mapscope/events';
import { COMMON_OPTIONS, KAFKA_OPTIONS } from '../process/common-options.ts';
import { FAMILIES } from './workload.ts';

export const GENERATE_OPTIONS = {
  eventsPerSecond: integerOption({
    flag: 'events-per-second',
    describe: 'events of all services together',
    min: 1,
    max: 10_000_000,
  }),
  seconds: integerOption({ flag: 'seconds', describe: 'for how long', min: 1, max: 86_400, default: 10 }),
  seed: integerOption({
    flag: 'seed',
    describe: 'the same seed makes the same rows, but for their times',
    max: 0xffff_ffff,
    default: 1,
  }),
  services: integerOption({
    flag: 'services',
    describe: 'how many; the k-th is k times quieter than the first',
    min: 1,
    max: 1_000,
    default: 20,
  }),
  families: listOption({
    flag: 'families',
    describe: 'what is seen of them',
    choices: FAMILIES,
    default: ['lock', 'http', 'map'],
  }),
  ...KAFKA_OPTIONS,
  ...COMMON_OPTIONS,
};

export type GenerateConfig = ConfigValues<typeof GENERATE_OPTIONS>;
