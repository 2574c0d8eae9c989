import { MapscopeError } from '@mapscope/events';

export function noBrokers(): MapscopeError {
  const mend = 'start the api with --kafka-brokers host:port or KAFKA_BROKERS, the same the agents use';
  return new MapscopeError('KAFKA_UNREACHABLE', `no Kafka brokers are configured, so no agent can hear this: ${mend}`);
}
