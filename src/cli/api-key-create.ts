import { inTransaction } from '#platform/database/connect.ts';
import { createApiKey } from '#src/api-keys/create-api-key.ts';
import { type ApiScope, apiScopes } from '#src/api-keys/scopes.ts';
import { type Run, text, UsageError } from './command.ts';
import { nearestWord } from './nearest-word.ts';
import { withServices } from './with-services.ts';

/** Makes an API key and prints it once. */
export const createKey: Run = async (values, terminal) => {
  const name = text(values, 'name').trim();
  const scopes = readScopes(text(values, 'scope'));

  return withServices(terminal, async ({ services: { db } }) => {
    const { key } = await inTransaction(db, (tx) => createApiKey(tx, { name, scopes, actor: { kind: 'command' } }));
    terminal.data(values.json ? `${JSON.stringify({ key })}\n` : `${key}\n`);
    terminal.talk('Keep it safe: it is not shown again.');
    return 0;
  });
};

/** `contacts.read,purposes.read`; other products write a colon, which is understood. */
function readScopes(list: string): readonly ApiScope[] {
  const words = list
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((word) => word.replace(':', '.'));
  if (words.length === 1 && words[0] === 'all') return apiScopes;

  return words.map((word) => {
    const scope = apiScopes.find((known) => known === word);
    if (scope) return scope;
    const nearest = nearestWord(word, apiScopes);
    throw new UsageError(
      `There is no scope ${word}.${nearest ? ` Did you mean ${nearest}?` : ''} Scopes: ${apiScopes.join(', ')}.`,
    );
  });
}
