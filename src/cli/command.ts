import type { ParseArgsOptionsConfig } from 'node:util';

/** Where a command speaks: data for programs and files, talk for whoever watches. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  data(text: string): void;
  /** Data in pieces, each when the one before it was taken. */
  bytes(piece: Uint8Array): Promise<void>;
  talk(text: string): void;
}

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

export interface Command {
  readonly name: string;
  /** Words that follow the name, such as `add` of `staff add`. */
  readonly verb?: string;
  readonly summary: string;
  /** What follows on the command line, as people write it down. */
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  readonly required?: readonly string[];
  /** Name under which the one word that is no option is found among the values, such as a file; none where it is left out. */
  readonly argument?: string;
  /** Loaded only when asked for: help and mistakes are answered at once. */
  load(): Promise<Run>;
}

/** Does it and answers the exit code: 0 done, 1 not done. */
export type Run = (values: OptionValues, terminal: Terminal) => Promise<number>;

/** What was typed is not a command; the message is the help that fits it. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The value of an option that was checked to be there. */
export function text(values: OptionValues, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} needs a value.`);

  return value;
}

/** The value of an option that must be one of a list, under the nearest word when it is none. */
export function oneOf<T extends string>(values: OptionValues, name: string, known: readonly T[], fallback?: T): T {
  const value = values[name] ?? fallback;
  const found = known.find((word) => word === value);
  if (!found) throw new UsageError(`--${name} must be one of: ${known.join(', ')}.`);

  return found;
}
