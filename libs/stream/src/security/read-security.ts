/** From a file of client properties to what kafkajs wants: reads the PEM files it names. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { KafkaConfig } from 'kafkajs';
import { MapscopeError } from '@mapscope/events';
import { parseClientProperties } from './client-properties.ts';
import type { SaslProperties, TlsProperties } from './client-properties.ts';

export type Security = Pick<KafkaConfig, 'ssl' | 'sasl'>;

/** @param file undefined: the broker asks for nothing. Throws CONFIG_INVALID. */
export async function readSecurity(file: string | undefined): Promise<Security> {
  if (file === undefined) return {};
  const { tls, sasl } = parseClientProperties(await read(file, '--kafka-properties'));
  return {
    ...(tls === undefined ? {} : { ssl: await sslOf(tls, dirname(file)) }),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
  };
}

/** Files are named from where the properties lie: both are moved together. */
async function sslOf({ trustFile, keyFile, keyPassword, verifiesHost }: TlsProperties, folder: string) {
  const ca = trustFile && (await read(resolve(folder, trustFile), 'ssl.truststore.location'));
  const pem = keyFile && (await read(resolve(folder, keyFile), 'ssl.keystore.location'));
  return {
    ...(ca === undefined ? {} : { ca }),
    // One file with key and chain, as Kafka's PEM stores are: each option picks its own part.
    ...(pem === undefined ? {} : { key: pem, cert: pem }),
    ...(keyPassword === undefined ? {} : { passphrase: keyPassword }),
    ...(verifiesHost ? {} : { checkServerIdentity: () => undefined }),
  };
}

/** kafkajs knows a mechanism by the literal type of its name. */
function saslOf({ mechanism, username, password }: SaslProperties): NonNullable<Security['sasl']> {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}

async function read(file: string, what: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new MapscopeError('CONFIG_INVALID', `${what}: ${file} cannot be read: give a file this user may read`, {
      cause,
    });
  });
}
