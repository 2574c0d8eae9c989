/** The settings every program that listens has for its door; spread them into its own options. */
import { booleanOption, listOption, textOption } from '../config/options.ts';

export const ACCESS_OPTIONS = {
  keysFile: textOption({
    flag: 'keys-file',
    env: 'MAPSCOPE_KEYS_FILE',
    describe: 'keys that hold, made by npm run key; needed to listen beyond loopback',
    default: undefined,
  }),
  requireKey: booleanOption({ flag: 'require-key', describe: 'ask for a key on loopback too' }),
  allowedHosts: listOption({
    flag: 'allowed-hosts',
    describe: 'names (name or name:port) this is asked for by, besides localhost and addresses',
    default: [],
  }),
  allowedOrigins: listOption({
    flag: 'allowed-origins',
    describe: 'origins (https://name) whose pages may ask, besides its own',
    default: [],
  }),
};

/** As if nothing had been given. */
export const ACCESS_DEFAULTS = {
  keysFile: undefined,
  requireKey: false,
  allowedHosts: [],
  allowedOrigins: [],
} as const;
