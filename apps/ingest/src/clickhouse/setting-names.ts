/**
 * The settings a client may give, in the URL or in its text. An allow-list: they change how rows are written, read or
 * limited, never what may be reached. Values are bounded by the constraints of engine-config.ts. Pure.
 */
const QUERY = [
  'max_(execution_time|result_rows|result_bytes|rows_to_read|bytes_to_read|memory_usage|threads|insert_threads)',
  'max_(block_size|insert_block_size|query_size|ast_elements|rows_in_join|bytes_in_join|rows_to_group_by)',
  'max_(partitions_per_insert_block|bytes_before_external_(group_by|sort))',
  '(result|timeout|read|group_by|join)_overflow_mode',
  'extremes|final|limit|offset|log_comment|session_timezone|mutations_sync|alter_sync|async_insert',
  'insert_(deduplicate|deduplication_token|null_as_default)|min_insert_block_size_(rows|bytes)|parallel_view_processing',
  'deduplicate_(insert|insert_select|blocks_in_dependent_materialized_views)',
  'join_(use_nulls|algorithm)|aggregate_functions_null_for_empty|transform_null_in|optimize_[a-z_]+',
  'use_(skip_indexes[a-z_]*|uncompressed_cache|query_condition_cache)|force_(primary_key|index_by_date)',
  'allow_(suspicious|experimental)_[a-z_0-9]+_types?|enable_analyzer|enable_json_type',
  'date_time_(input|output)_format|format_(csv|tsv|custom|json|regexp)[a-z_]*|refresh_retr[a-z_]+',
  // These two name a file that the engine would write.
  '(input|output)_format_(?!schema$|record_errors_file_path$)[a-z0-9_]+',
];
const ALLOWED = new RegExp(`^(${QUERY.join('|')})$`);
/** Of those a table has; where its data lies is not for clients to say. */
const PLACES = /disk|storage|policy|path|keeper|remote|cache|fault_injection|shared/;

export function isAllowedSetting(name: string, tableSettings?: ReadonlySet<string>): boolean {
  return ALLOWED.test(name) || (tableSettings !== undefined && tableSettings.has(name) && !PLACES.test(name));
}
