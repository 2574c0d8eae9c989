/** Kafka's jars, resolved by Maven from infra/kafka/pom.xml. Done once per pom. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MapscopeError } from '@mapscope/events';
import { REPO_ROOT, type DataPaths } from '../../world/paths.ts';
import { run } from '../run.ts';

const POM = join(REPO_ROOT, 'infra/kafka/pom.xml');
const GIVE_INSTEAD = 'or give a running broker: KAFKA_BROKERS=host:9092 npm start';

/** Returns what was found or done, for the task list. */
export async function ensureKafkaJars(paths: DataPaths): Promise<string> {
  const stamp = join(paths.kafkaJars, '.pom.sha256');
  const hash = createHash('sha256').update(readFileSync(POM)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return 'present';
  await need('java', ['-version'], 'apt-get install -y openjdk-17-jre-headless');
  await need('mvn', ['-version'], 'apt-get install -y maven');
  rmSync(paths.kafkaJars, { recursive: true, force: true });
  mkdirSync(paths.kafkaJars, { recursive: true });
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  await run('mvn', ['-q', '-B', '-f', POM, goal, `-DoutputDirectory=${paths.kafkaJars}`, '-DincludeScope=runtime'], {
    mend: `Maven could not fetch Kafka: check its access to Maven Central (~/.m2/settings.xml), ${GIVE_INSTEAD}`,
  });
  writeFileSync(stamp, hash);
  return 'resolved from Maven Central';
}

async function need(command: string, args: readonly string[], install: string): Promise<void> {
  try {
    await run(command, args, { mend: '' });
  } catch (cause) {
    throw new MapscopeError(
      'SETUP_FAILED',
      `"${command}" is missing; it runs the Kafka broker. Install it (${install}), ${GIVE_INSTEAD}`,
      { cause },
    );
  }
}
