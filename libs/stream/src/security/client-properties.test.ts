import { expect, test } from 'vitest';
import { parseClientProperties } from './client-properties.ts';

const SCRAM = `
# as kafka-topics.sh --command-config takes it
security.protocol = SASL_SSL
ssl.truststore.type=PEM
ssl.truststore.location=ca.pem
sasl.mechanism: SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
  username="map\\"scope" password="s=e#c\\\\ret";
bootstrap.servers=elsewhere:9092
`;

test('the file of Kafka’s own programs is understood', () => {
  expect(parseClientProperties(SCRAM)).toEqual({
    tls: { trustFile: 'ca.pem', keyFile: undefined, keyPassword: undefined, verifiesHost: true },
    sasl: { mechanism: 'scram-sha-512', username: 'map"scope', password: String.raw`s=e#c\ret` },
  });
});

test('nothing said is nothing asked', () => {
  expect(parseClientProperties('')).toEqual({ tls: undefined, sasl: undefined });
});

test('a client shows its certificate, and may do without the host name', () => {
  const text = `security.protocol=SSL
ssl.keystore.type=PEM
ssl.keystore.location=/k/client.pem
ssl.key.password=p
ssl.endpoint.identification.algorithm=
`;
  expect(parseClientProperties(text).tls).toEqual({
    trustFile: undefined,
    keyFile: '/k/client.pem',
    keyPassword: 'p',
    verifiesHost: false,
  });
});

test.each([
  ['security.protocol=TLS', /one of PLAINTEXT, SSL/],
  ['security.protocol=SSL\nssl.truststore.location=a.jks\nssl.truststore.type=JKS', /ssl\.truststore\.type=PEM/],
  ['security.protocol=SSL\nssl.keystore.location=a.p12', /ssl\.keystore\.type=PEM/],
  ['security.protocol=SASL_SSL\nsasl.mechanism=GSSAPI', /sasl\.mechanism must be one of PLAIN/],
  ['security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config=secret-word', /username="…" and password/],
  ['ssl.truststore.password=secret-word', /ssl\.truststore\.password is not supported/],
])('%j is refused by the name of the property', (text, words) => {
  expect(() => parseClientProperties(text)).toThrow(words);
  expect(() => parseClientProperties(text)).not.toThrow(/secret-word/);
});
