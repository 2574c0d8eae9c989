import { expect, test } from 'vitest';
import { commandLine, isAgent, isMapscope } from './command-line.ts';

test.each([
  ['node /srv/mapscope/apps/ingest/dist/main.js agent --pid 7', true, true],
  ['node --conditions=source apps/ingest/src/main.ts agent', true, true],
  ['node --disable-warning=ExperimentalWarning /srv/mapscope/infra/mapscope/main.ts agent --pid 7', true, true],
  ['node node_modules/@mapscope/ingest/dist/main.js writer', true, false],
  ['node apps/api/dist/main.js --port 1', true, false],
  ['java -cp /x/.mapscope/kafka/lib/* kafka.Kafka server.properties', true, false],
  ['java -cp /opt/kafka/libs/* kafka.Kafka server.properties', false, false],
  ['node agent', false, false],
  ['vim apps/ingest/src/main.ts agent.md', true, false],
  ['', false, false],
])('%s: ours %s, an agent %s', (line, ours, agent) => {
  const words = line.split(' ').filter((word) => word !== '');
  expect([isMapscope(words), isAgent(words)]).toEqual([ours, agent]);
});

test('our own words are read', () => {
  expect(commandLine(process.pid)[0]).toMatch(/node/);
  expect(commandLine(4_194_000)).toEqual([]);
});
