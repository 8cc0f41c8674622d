import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type Command, type OptionValues, type Terminal, UsageError } from './command.ts';
import { commands } from './commands.ts';
import { nearestWord } from './nearest-word.ts';

/**
 * Runs one command line and answers its exit code: 0 done, 1 not done, 2 not understood. Data goes to stdout, everything
 * else to stderr.
 */
export async function runCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const terminal: Terminal = {
    env,
    data: (text) => process.stdout.write(text),
    bytes: async (piece) => {
      if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
    },
    talk: (text) => process.stderr.write(`${text}\n`),
  };
  if (args.length === 0 || args[0] === 'help' || args.includes('--help') || args.includes('-h')) {
    const asked = args[0] === 'help' ? args[1] : args[0];
    const about = commands.filter((command) => command.name === asked);
    terminal.data(`${about.length > 0 ? about.map(usageOf).join('\n') : overview()}\n`);
    return args.length === 0 ? 2 : 0;
  }
  try {
    const { command, values } = understand(args);
    const run = await command.load();
    return await run(values, terminal);
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      terminal.talk(thrown.message);
      return 2;
    }
    const { explainRefusal } = await import('./explain-refusal.ts');
    terminal.talk(explainRefusal(thrown));
    return 1;
  }
}

function understand(args: readonly string[]): { command: Command; values: OptionValues } {
  const command = findCommand(args);
  const rest = args.slice(command.verb ? 2 : 1);
  const unknown = rest.find((word) => word.startsWith('--') && !Object.hasOwn(command.options, nameOf(word)));
  if (unknown) {
    const nearest = nearestWord(nameOf(unknown), Object.keys(command.options));
    throw new UsageError(
      `There is no option --${nameOf(unknown)}.${nearest ? ` Did you mean --${nearest}?` : ''}\n\n${usageOf(command)}`,
    );
  }
  const values = parse(command, rest);
  const missing = command.required?.filter((name) => values[name] === undefined) ?? [];
  if (missing.length > 0)
    throw new UsageError(`Missing: ${missing.map((name) => `--${name}`).join(', ')}.\n\n${usageOf(command)}`);

  return { command, values };
}

function findCommand([name = '', verb]: readonly string[]): Command {
  const named = commands.filter((command) => command.name === name);
  const found = named.find((command) => command.verb === undefined || command.verb === verb);
  if (found) return found;
  if (named.length > 0) throw new UsageError(named.map(usageOf).join('\n'));
  const nearest = nearestWord(
    name,
    commands.map((command) => command.name),
  );
  throw new UsageError(`There is no command ${name}.${nearest ? ` Did you mean ${nearest}?` : ''}\n\n${overview()}`);
}

function parse(command: Command, rest: readonly string[]): OptionValues {
  try {
    const allowPositionals = command.argument !== undefined;
    const { values, positionals } = parseArgs({ args: [...rest], options: command.options, strict: true, allowPositionals });
    if (positionals.length > 1) throw new Error('There is one word too many. ');
    return { ...(values as OptionValues), ...(command.argument && positionals[0] ? { [command.argument]: positionals[0] } : {}) };
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message.split('. ', 1)[0]}.\n\n${usageOf(command)}`);
  }
}

function nameOf(option: string): string {
  return option.slice(2).split('=', 1)[0] ?? '';
}

function usageOf(command: Command): string {
  return `  saglasie ${[command.name, command.verb, command.usage].filter(Boolean).join(' ')}\n      ${command.summary}`;
}

function overview(): string {
  return `Usage:\n\n${commands.map(usageOf).join('\n')}`;
}
