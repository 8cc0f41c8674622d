import type { Page } from 'playwright-core';
import { type Keys, openKeys } from '#platform/crypto/keys.ts';
import { createFormToken, readFormToken } from '#src/forms/form-token.ts';
import type { Server } from './server.ts';

/** The keys of a running server: with them a test can say that a form was opened a moment earlier. */
export const keysOf = (server: Server): Promise<Keys> => openKeys(server.dataFolder);

/** The same form as if it had been opened so many milliseconds earlier. */
export function agedToken(keys: Keys, token: string, ms: number): string {
  const read = readFormToken(keys, token);
  if (read === 'forged') throw new Error('the page carries a token that its own server does not know');
  return createFormToken(keys, { ...read, shownAt: new Date(read.shownAt.getTime() - ms) });
}

/** Lets the form on the page be as old as one that somebody has read. */
export async function letTimePass(page: Page, keys: Keys, ms = 5000): Promise<void> {
  const field = page.locator('input[name=_form]');
  const token = agedToken(keys, await field.inputValue(), ms);
  await field.evaluate((input, value) => input.setAttribute('value', value), token);
}

export interface Opened {
  readonly token: string;
  readonly text: string;
}

/** The hosted form, fetched without a browser, as it was five seconds ago. */
export async function openForm(server: Server, keys: Keys, language: 'bg' | 'en' = 'bg'): Promise<Opened> {
  const text = await (await fetch(`${server.url}/f/newsletter?lang=${language}`)).text();
  const token = /name="_form" value="([^"]+)"/.exec(text)?.[1];
  if (!token) throw new Error('the form has no token');
  return { token: agedToken(keys, token, 5000), text };
}

export async function postForm(
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
    headers: { accept: 'text/html', ...headers },
  });
}
