/**
 * The engine's configuration: what the one user may do, and how much a query may take. Users, quotas and roles cannot
 * be made by SQL in the embedded engine (code 497), and what its default user may do every connection may do, so the
 * fence is here: no FILE, URL, REMOTE, S3 … sources, and only table engines that keep their data inside the data directory.
 * Pure.
 */
export interface ReaderLimits {
  /** default for a query, and the most a query may ask for */
  readonly executionSeconds: number;
  readonly maxExecutionSeconds: number;
  readonly resultRows: number;
  readonly resultBytes: number;
  readonly memoryBytes: number;
}

export const DEFAULT_READER_LIMITS: ReaderLimits = {
  executionSeconds: 30,
  maxExecutionSeconds: 120,
  resultRows: 5_000_000,
  resultBytes: 256 * 1024 * 1024,
  memoryBytes: 400 * 1024 * 1024,
};

/** Not FREEZE, FETCH PARTITION and the like of ALTER: they copy files or ask other hosts. */
const GRANTS = [
  'SELECT, INSERT, SHOW, dictGet ON *.*',
  'CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP DATABASE, DROP TABLE, DROP VIEW, TRUNCATE, OPTIMIZE ON *.*',
  'ALTER UPDATE, ALTER DELETE, ALTER COLUMN, ALTER INDEX, ALTER PROJECTION, ALTER CONSTRAINT, ALTER STATISTICS ON *.*',
  'ALTER TTL, ALTER SETTINGS, ALTER ORDER BY, ALTER SAMPLE BY, ALTER MODIFY COMMENT, ALTER VIEW, ALTER MOVE PARTITION ON *.*',
];

/** Without its own tables the engine cannot even parse, so nobody changes them. */
const ENGINE_DATABASES = ['system', 'information_schema', 'INFORMATION_SCHEMA'];
const CHANGES = 'INSERT, CREATE, DROP, TRUNCATE, ALTER, OPTIMIZE';

/** Keep their data inside the data directory, or nowhere. */
export const TABLE_ENGINES: ReadonlySet<string> = new Set([
  'MergeTree',
  'ReplacingMergeTree',
  'SummingMergeTree',
  'AggregatingMergeTree',
  'CollapsingMergeTree',
  'VersionedCollapsingMergeTree',
  'CoalescingMergeTree',
  'Memory',
  'Null',
]);

function accessQueries(): readonly string[] {
  return [
    ...GRANTS.map((grant) => `GRANT ${grant}`),
    ...[...TABLE_ENGINES].map((engine) => `GRANT TABLE ENGINE ON ${engine}`),
    ...ENGINE_DATABASES.map((database) => `REVOKE ${CHANGES} ON ${database}.*`),
  ];
}

export function engineConfigXml(path: string, memoryBytes: number, limits: ReaderLimits): string {
  return `<clickhouse>
  <max_server_memory_usage>${memoryBytes}</max_server_memory_usage>
  <mark_cache_size>${16 * 1024 * 1024}</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <index_mark_cache_size>0</index_mark_cache_size>
  <primary_index_cache_size>${16 * 1024 * 1024}</primary_index_cache_size>
  <mmap_cache_size>0</mmap_cache_size>
  <compiled_expression_cache_size>0</compiled_expression_cache_size>
  <query_cache><max_size_in_bytes>0</max_size_in_bytes></query_cache>
  <timezone>UTC</timezone>
  <access_control_improvements><table_engines_require_grant>true</table_engines_require_grant></access_control_improvements>
  <users_config>${path}</users_config>
  <profiles><default>
${settingsXml(limits)}
  </default></profiles>
  <users><default><password></password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>
    <grants>${accessQueries()
      .map((query) => `<query>${query}</query>`)
      .join('')}</grants>
  </default></users>
  <quotas><default></default></quotas>
</clickhouse>
`;
}

/**
 * Formatting in parallel holds several pieces of a slow client's answer in memory at once. Without a cache of compiled
 * expressions LLVM would compile the aggregates of every query and of every view of an insert anew: 100 ms of CPU for what
 * takes 12 without (decision 0023).
 */
function settingsXml(limits: ReaderLimits): string {
  return `    <max_execution_time>${limits.executionSeconds}</max_execution_time>
    <max_result_rows>${limits.resultRows}</max_result_rows>
    <max_result_bytes>${limits.resultBytes}</max_result_bytes>
    <max_memory_usage>${limits.memoryBytes}</max_memory_usage>
    <max_bytes_before_external_group_by>${Math.floor(limits.memoryBytes / 2)}</max_bytes_before_external_group_by>
    <max_bytes_before_external_sort>${Math.floor(limits.memoryBytes / 2)}</max_bytes_before_external_sort>
    <max_query_size>${4 * 1024 * 1024}</max_query_size>
    <log_queries>0</log_queries>
    <compile_expressions>0</compile_expressions>
    <compile_aggregate_expressions>0</compile_aggregate_expressions>
    <compile_sort_description>0</compile_sort_description>
    <output_format_parallel_formatting>0</output_format_parallel_formatting>
    <constraints>
      <max_execution_time><min>1</min><max>${limits.maxExecutionSeconds}</max></max_execution_time>
      <max_result_rows><min>1</min><max>${limits.resultRows}</max></max_result_rows>
      <max_result_bytes><min>1</min><max>${limits.resultBytes}</max></max_result_bytes>
      <max_memory_usage><min>1</min><max>${limits.memoryBytes}</max></max_memory_usage>
      <max_threads><min>1</min><max>64</max></max_threads>
      <max_insert_threads><max>64</max></max_insert_threads>
      <result_overflow_mode><readonly/></result_overflow_mode>
    </constraints>`;
}
