import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The program inside a receipt's file: the very module the server verifies with, and the few lines that tell what it found,
 * as one inline module. Browsers load no second file from `file://`.
 */
export const offlineScript = ['verify-receipt.js', 'check-itself.js']
  .map((name) => withoutComments(readFileSync(join(import.meta.dirname, name), 'utf8')))
  .join('\n')
  .replace(/^import .*$/gm, '')
  .replace(/^export /gm, '');

export const sourceHash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Whole lines and blocks of comments, and indentation: nobody pays for them in each of their receipts. */
function withoutComments(source: string): string {
  return source
    .replace(/^\s*\/\*\*[\s\S]*?\*\/$/gm, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/^\s+/gm, '');
}
