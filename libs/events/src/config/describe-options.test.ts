import { expect, test } from 'vitest';
import { describeOptions } from './describe-options.ts';
import { booleanOption, listOption, portOption, positionals, textOption } from './options.ts';

test('the help text says for every option how to give it, what it allows and what it is otherwise', () => {
  const text = describeOptions({
    words: positionals({ name: 'service', describe: 'what to watch', max: 1 }),
    brokers: listOption({ flag: 'brokers', env: 'KAFKA_BROKERS', describe: 'Kafka brokers' }),
    port: portOption({ flag: 'port', describe: 'port to listen on', default: 7000 }),
    ui: booleanOption({ flag: 'ui', describe: 'serve the ui', default: true }),
    password: textOption({ flag: 'password', describe: 'of the store', default: 'hush', secret: true }),
  });
  expect(text.split('\n')).toEqual([
    'A flag wins over the environment, the environment over the file, the file over the default.',
    '  <service>           what to watch',
    '                      (0 to 1 <service>; optional)',
    '  --brokers <list>    Kafka brokers',
    '                      (a comma-separated list; env KAFKA_BROKERS; required)',
    '  --port <value>      port to listen on',
    '                      (an integer from 0 to 65535; default 7000)',
    '  --[no-]ui           serve the ui',
    '                      (default true)',
    '  --password <value>  of the store',
    '                      (a text; default ***)',
  ]);
});
