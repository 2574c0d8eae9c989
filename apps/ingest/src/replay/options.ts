/** Settings of the role `replay`. */
import { type ConfigValues, textOption } from '@mapscope/events';
import { COMMON_OPTIONS, KAFKA_OPTIONS } from '../process/common-options.ts';

export const REPLAY_OPTIONS = {
  file: textOption({ flag: 'file', describe: 'the capture, recorded by ingest agent --capture FILE' }),
  speed: textOption({
    flag: 'speed',
    describe: 'times faster than recorded, 1 to 1000; max: all at once, with times that end now',
    default: 'max',
  }),
  ...KAFKA_OPTIONS,
  ...COMMON_OPTIONS,
};

export type ReplayConfig = ConfigValues<typeof REPLAY_OPTIONS>;
