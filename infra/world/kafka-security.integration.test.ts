/** A real broker that asks for TLS and a login, and the door to Kafka with the client.properties that fit, or do not. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stream, connectStream } from '@mapscope/stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureKafkaJars } from '../setup/tasks/kafka-jars.ts';
import { type KafkaExtras, type RunningKafka, startKafka } from './kafka.ts';
import { dataPaths } from './paths.ts';
import { freePort } from './ports.ts';

const SECRET = 'not-for-production';
const folder = mkdtempSync(join(tmpdir(), 'mapscope-secure-'));
const TRUST = ['ssl.truststore.type=PEM', 'ssl.truststore.location=ca.pem'];
const login = (module: string, password: string): string =>
  `sasl.jaas.config=org.apache.kafka.common.security.${module} required username="mapscope" password="${password}";`;
const SCRAM = ['security.protocol=SASL_SSL', 'sasl.mechanism=SCRAM-SHA-512', ...TRUST];

let kafka: RunningKafka;
let brokers: readonly string[];

beforeAll(async () => {
  makeCertificate();
  const paths = dataPaths(folder);
  await ensureKafkaJars(paths);
  const [plain, secure, controller] = [await freePort(), await freePort(), await freePort()];
  kafka = await startKafka(paths, plain, extras(plain, secure, controller));
  brokers = [`127.0.0.1:${secure}`];
}, 120_000);

afterAll(async () => {
  await kafka.process.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Self-signed, so it is its own authority. */
function makeCertificate(): void {
  const keytool = (...args: string[]) =>
    execFileSync(
      'keytool',
      [...args, '-alias', 'broker', '-keystore', join(folder, 'broker.p12'), '-storepass', SECRET],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        encoding: 'utf8',
      },
    );
  keytool('-genkeypair', '-keyalg', 'RSA', '-dname', 'CN=broker', '-ext', 'san=ip:127.0.0.1', '-validity', '2');
  writeFileSync(join(folder, 'ca.pem'), keytool('-exportcert', '-rfc'));
}

function extras(plain: number, secure: number, controller: number): KafkaExtras {
  const properties = [
    `listeners=PLAINTEXT://127.0.0.1:${plain},SECURE://127.0.0.1:${secure},CONTROLLER://127.0.0.1:${controller}`,
    `controller.quorum.voters=1@127.0.0.1:${controller}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${plain},SECURE://127.0.0.1:${secure}`,
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL',
    `ssl.keystore.location=${join(folder, 'broker.p12')}`,
    `ssl.keystore.password=${SECRET}`,
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512',
    `listener.name.secure.plain.${login('plain.PlainLoginModule', SECRET).replace('required', `required user_mapscope="${SECRET}"`)}`,
    `listener.name.secure.scram-sha-512.${login('scram.ScramLoginModule', SECRET)}`,
  ];
  return { properties, formatArgs: ['--add-scram', `SCRAM-SHA-512=[name=mapscope,password=${SECRET}]`] };
}

function connect(lines: readonly string[]): Promise<Stream> {
  const propertiesFile = join(folder, 'client.properties');
  writeFileSync(propertiesFile, lines.join('\n'));
  return connectStream({ brokers, clientId: 'secure-test', propertiesFile });
}

test.each([
  ['SCRAM', [...SCRAM, login('scram.ScramLoginModule', SECRET)]],
  ['PLAIN', ['security.protocol=SASL_SSL', 'sasl.mechanism=PLAIN', ...TRUST, login('plain.PlainLoginModule', SECRET)]],
])('with %s over TLS a value goes there and comes back', async (name, lines) => {
  await using stream = await connect(lines);
  await stream.ensureTopics();
  const publisher = await stream.publisher();
  await publisher.publish({ topic: 'probe', orderKey: name, value: new TextEncoder().encode(name) });
  const seen: string[] = [];
  const consumer = await stream.consume({
    topic: 'probe',
    groupId: `g-${name}`,
    onMessage: ({ value }) => Promise.resolve(void seen.push(new TextDecoder().decode(value ?? undefined))),
    onProblem: () => undefined,
  });
  await expect.poll(() => seen, { timeout: 20_000 }).toContain(name);
  await consumer.close();
});

test.each([
  [
    'a wrong password',
    [...SCRAM, login('scram.ScramLoginModule', 'guessed')],
    'KAFKA_REFUSED',
    /password of sasl\.jaas/,
  ],
  ['an unknown authority', ['security.protocol=SSL'], 'KAFKA_UNREACHABLE', /self.signed certificate/],
  ['no TLS at all', [], 'KAFKA_UNREACHABLE', /needs --kafka-properties/],
  [
    'a file that is not there',
    ['security.protocol=SSL', ...TRUST, 'ssl.keystore.type=PEM', 'ssl.keystore.location=no.pem'],
    'CONFIG_INVALID',
    /ssl\.keystore\.location: .*no\.pem cannot be read/,
  ],
])('%s is told with how to mend it', async (_name, lines, code, message) => {
  await expect(connect(lines)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});
