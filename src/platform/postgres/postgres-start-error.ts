export type PostgresStartErrorCode =
  | 'PLATFORM_UNSUPPORTED'
  | 'GLIBC_MISSING'
  | 'BINARIES_BROKEN'
  | 'NO_UNPRIVILEGED_USER'
  | 'FOLDER_UNREACHABLE'
  | 'FOLDER_UNWRITABLE'
  | 'DISK_FULL'
  | 'DATA_FOLDER_IN_USE'
  | 'CLUSTER_VERSION_MISMATCH'
  | 'PASSWORD_LOST'
  | 'INIT_FAILED'
  | 'START_FAILED';

/** Why the embedded PostgreSQL could not serve, and in `fix` the one sentence that says what to do about it. */
export class PostgresStartError extends Error {
  override readonly name = 'PostgresStartError';
  readonly code: PostgresStartErrorCode;
  readonly fix: string;

  constructor(code: PostgresStartErrorCode, problem: string, fix: string, cause?: unknown) {
    super(`${problem} ${fix}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.fix = fix;
  }
}

/** Turns the operating system's refusal to write into an error a person can act on; anything else is left as it is. */
export function explainFileError(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder, error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR') {
    return folderUnwritable(folder, error);
  }
  return error;
}

export function folderUnwritable(folder: string, cause: unknown): PostgresStartError {
  return new PostgresStartError(
    'FOLDER_UNWRITABLE',
    `The data folder ${folder} cannot be written.`,
    'Give its ownership to the user who starts Saglasie, or point SAGLASIE_DATA at another folder.',
    cause,
  );
}

export function diskFull(folder: string, cause?: unknown): PostgresStartError {
  return new PostgresStartError(
    'DISK_FULL',
    `The disk that holds ${folder} is full.`,
    'Free some space, then start again: nothing that was acknowledged is lost.',
    cause,
  );
}
