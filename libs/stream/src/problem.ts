/**
 * What a failure of kafkajs means to us. Decided by its error classes and protocol names, never by message text. Pure.
 */
import { MapscopeError } from '@mapscope/events';

const UNREACHABLE = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSBrokerNotFound',
  'KafkaJSLockTimeout',
]);

/** kafkajs' class for a login that the broker refused. */
export const NOT_AUTHENTICATED = 'KafkaJSSASLAuthenticationError';

interface KafkaFailure {
  readonly name: string;
  readonly message: string;
  /** Protocol error name, e.g. MESSAGE_TOO_LARGE; only on protocol errors. */
  readonly type?: string | undefined;
}

function textField(value: object, key: string): string | undefined {
  const field: unknown = Reflect.get(value, key);
  return typeof field === 'string' ? field : undefined;
}

/** What an error wraps: its cause, or the first of several (KafkaJSAggregateError.errors). */
function wrapped(error: Error): unknown {
  const several: unknown = Reflect.get(error, 'errors');
  return error.cause ?? (Array.isArray(several) ? several[0] : undefined);
}

/** kafkajs wraps: NumberOfRetriesExceeded around NonRetriable around the real one. The innermost tells. */
export function innermost(error: unknown): KafkaFailure {
  let current: unknown = error;
  for (let depth = 0; depth < 10 && current instanceof Error; depth++) {
    const inner = wrapped(current);
    if (!(inner instanceof Error)) break;
    current = inner;
  }
  if (!(current instanceof Error)) return { name: 'Error', message: String(error) };
  return { name: current.name, message: current.message, type: textField(current, 'type') };
}

/** `doing` completes the sentence "Kafka … while …". */
export function kafkaProblem(error: unknown, doing: string, brokers: readonly string[]): MapscopeError {
  if (error instanceof MapscopeError) return error;
  const failure = innermost(error);
  const where = brokers.join(', ');
  const facts = { brokers: where, kafkaError: failure.type ?? failure.name };
  if (UNREACHABLE.has(failure.name)) {
    const text = `Kafka at ${where} did not answer while ${doing}: ${failure.message}; check that the broker runs there, or give other brokers by KAFKA_BROKERS or --kafka-brokers`;
    return new MapscopeError('KAFKA_UNREACHABLE', text, { facts, cause: error });
  }
  const text = `Kafka at ${where} refused while ${doing}: ${failure.message}${mend(facts.kafkaError)}`;
  return new MapscopeError('KAFKA_REFUSED', text, { facts, cause: error });
}

function mend(kafkaError: string): string {
  switch (kafkaError) {
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return '; raise max.message.bytes of the topic (and message.max.bytes of the broker) to 9 MiB or more';
    case 'UNKNOWN_TOPIC_OR_PARTITION':
      return '; the topic is missing: start the writer or the agent, which create it, or allow them to';
    case NOT_AUTHENTICATED:
      return '; check sasl.mechanism and the username and password of sasl.jaas.config in the file given as --kafka-properties';
    case 'TOPIC_AUTHORIZATION_FAILED':
    case 'GROUP_AUTHORIZATION_FAILED':
    case 'CLUSTER_AUTHORIZATION_FAILED':
      return '; grant this client READ, WRITE and CREATE on the mapscope.* topics and groups';
    default:
      return '';
  }
}
