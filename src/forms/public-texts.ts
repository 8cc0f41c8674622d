import { publicTexts as bg } from '#src/languages/bg/public.ts';
import { publicTexts as en, type PublicTexts } from '#src/languages/en/public.ts';
import type { Language } from '#src/languages/languages.ts';

/** What people read on the public pages. */
export const publicTexts: { readonly [L in Language]: PublicTexts } = { bg, en };
