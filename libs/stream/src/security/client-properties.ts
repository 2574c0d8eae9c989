/**
 * How to speak to a secured Kafka, in the file that Kafka's own programs take (--command-config client.properties):
 *
 *   security.protocol=SASL_SSL
 *   ssl.truststore.type=PEM
 *   ssl.truststore.location=/etc/kafka/ca.pem
 *   sasl.mechanism=SCRAM-SHA-512
 *   sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="m" password="…";
 *
 * Names and meanings: https://kafka.apache.org/documentation/#security_configclients. Pure: which files to read, not
 * what is in them.
 */
import { MapscopeError } from '@mapscope/events';

export interface TlsProperties {
  /** PEM file of the authorities that are believed; undefined: those of the system */
  readonly trustFile: string | undefined;
  /** PEM file of this client's key and certificate chain, where the broker asks for one */
  readonly keyFile: string | undefined;
  readonly keyPassword: string | undefined;
  /** false: a certificate for another host will do */
  readonly verifiesHost: boolean;
}

export interface SaslProperties {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

export interface ClientProperties {
  readonly tls: TlsProperties | undefined;
  readonly sasl: SaslProperties | undefined;
}

const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'];
const MECHANISMS: Readonly<Record<string, SaslProperties['mechanism']>> = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
};
/** What is understood of the names that decide about security; one of them that is not must not be passed over. */
const KNOWN = new Set([
  'security.protocol',
  'ssl.truststore.type',
  'ssl.truststore.location',
  'ssl.keystore.type',
  'ssl.keystore.location',
  'ssl.key.password',
  'ssl.endpoint.identification.algorithm',
  'sasl.mechanism',
  'sasl.jaas.config',
]);

/** Throws CONFIG_INVALID with the name of the property, never with a value that may be secret. */
export function parseClientProperties(text: string): ClientProperties {
  const values = readProperties(text);
  for (const name of values.keys()) {
    if (/^(ssl|sasl|security)\./.test(name) && !KNOWN.has(name))
      throw invalid(`${name} is not supported: ${[...KNOWN].join(', ')} are`);
  }
  const protocol = values.get('security.protocol') ?? 'PLAINTEXT';
  if (!PROTOCOLS.includes(protocol)) throw invalid(`security.protocol must be one of ${PROTOCOLS.join(', ')}`);
  return {
    tls: protocol.endsWith('SSL') ? tlsOf(values) : undefined,
    sasl: protocol.startsWith('SASL') ? saslOf(values) : undefined,
  };
}

type Values = ReadonlyMap<string, string>;

/** java.util.Properties, without its escapes: name=value or name: value, # and ! begin a comment, \ continues a line. */
function readProperties(text: string): Values {
  const lines = text.replaceAll(/\\\r?\n[ \t]*/g, '').split(/\r?\n/);
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, name, value] = /^\s*([^#!\s=:][^\s=:]*)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

function tlsOf(values: Values): TlsProperties {
  for (const store of ['truststore', 'keystore']) {
    const isGiven = values.has(`ssl.${store}.location`);
    if (isGiven && values.get(`ssl.${store}.type`) !== 'PEM')
      throw invalid(`only PEM files are read: set ssl.${store}.type=PEM and give a PEM file as ssl.${store}.location`);
  }
  return {
    trustFile: values.get('ssl.truststore.location'),
    keyFile: values.get('ssl.keystore.location'),
    keyPassword: values.get('ssl.key.password'),
    verifiesHost: values.get('ssl.endpoint.identification.algorithm') !== '',
  };
}

function saslOf(values: Values): SaslProperties {
  const mechanism = MECHANISMS[values.get('sasl.mechanism') ?? ''];
  if (mechanism === undefined) throw invalid(`sasl.mechanism must be one of ${Object.keys(MECHANISMS).join(', ')}`);
  const jaas = values.get('sasl.jaas.config') ?? '';
  const [username, password] = [quoted(jaas, 'username'), quoted(jaas, 'password')];
  if (username === undefined || password === undefined)
    throw invalid('sasl.jaas.config must name username="…" and password="…"');
  return { mechanism, username, password };
}

/** JAAS: key="value", where \" and \\ stand for themselves (javax.security.auth.login.Configuration). */
function quoted(jaas: string, key: string): string | undefined {
  const [, text] = new RegExp(String.raw`\b${key}\s*=\s*"((?:[^"\\]|\\.)*)"`).exec(jaas) ?? [];
  return text?.replaceAll(/\\(.)/g, '$1');
}

const invalid = (message: string): MapscopeError =>
  new MapscopeError('CONFIG_INVALID', `the file given as --kafka-properties: ${message}`);
