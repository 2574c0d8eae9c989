/** Settings of the role `detach`. */
import { type ConfigValues, booleanOption, integerOption, textOption } from '@mapscope/events';
import { COMMON_OPTIONS } from '../process/common-options.ts';

export const DETACH_OPTIONS = {
  all: booleanOption({ flag: 'all', describe: 'end all probes of all agents on this host' }),
  dataDir: textOption({
    flag: 'data-dir',
    describe: 'only agents whose journal is in this folder; otherwise whoever holds our links',
    default: undefined,
  }),
  waitSeconds: integerOption({
    flag: 'wait',
    describe: 'seconds agents have to publish what they hold',
    min: 1,
    max: 600,
    default: 20,
  }),
  json: booleanOption({ flag: 'json', describe: 'one JSON object on stdout' }),
  ...COMMON_OPTIONS,
};

export type DetachConfig = ConfigValues<typeof DETACH_OPTIONS>;
