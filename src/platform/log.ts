import { pino } from 'pino';

export type Log = pino.Logger;

/**
 * One JSON object a line on stderr (stdout belongs to data). Callers log ids, codes, counts and durations; the redaction
 * below is the second lock, for a field somebody passes without thinking.
 */
export function createLog(options: { logLevel: string }): Log {
  return pino(
    {
      level: options.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [
          'email',
          'name',
          'phone',
          'address',
          'password',
          'token',
          'url',
          'body',
          '*.email',
          '*.name',
          '*.phone',
          '*.password',
          '*.token',
          '*.body',
        ],
        censor: '[kept out of the log]',
      },
      serializers: { err: serializeError },
    },
    pino.destination({ dest: 2, sync: false }),
  );
}

/**
 * Only what cannot hold a person's data: PostgreSQL puts whole rows into `detail` and driver messages quote values, so the
 * message of a foreign error is left out and its code and stack frames kept.
 */
function serializeError(cause: unknown): Record<string, unknown> {
  if (!(cause instanceof Error)) return { type: typeof cause };
  const { code, constraint, table } = cause as Error & { code?: string; constraint?: string; table?: string };
  const frames = (cause.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
  return { type: cause.constructor.name, code, constraint, table, frames };
}
