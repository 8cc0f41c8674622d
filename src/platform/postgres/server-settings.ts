/**
 * How the embedded server is run. Given on its command line, so that no file in the cluster can quietly take durability
 * away or switch on a log of people's data.
 */
export const SERVER_SETTINGS: Readonly<Record<string, string>> = {
  // Loopback and a password only: in a shared folder a socket would be one more thing to protect.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',

  // Nothing acknowledged is lost.
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',

  shared_buffers: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  random_page_cost: '1.1',
  // Compiling a query costs more than the short queries of a CRM take.
  jit: 'off',

  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',

  // No personal data in the log: an error's text can quote what somebody typed, so errors of statements go to the
  // caller alone ("log" ranks above "error" here), and what is written comes without values and statements.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
  log_line_prefix: '%m [%p] ',
};

export function settingFlags(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
